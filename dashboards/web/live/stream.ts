import { eventsAddress, type LiveMoment, type PageAsked, unpackMoment } from '../../model/live-stream.ts';
import type { Connection } from './freshness.ts';

/** Until a refused connection is tried again. */
const againMs = 5000;

/** The events of the server. Browsers connect anew by themselves; where the server refuses, this asks why and tries again. */
export class LiveStream {
  readonly #onMoment: (moment: LiveMoment) => void;
  readonly #onConnection: (connection: Connection, why: string) => void;
  #source: EventSource | null = null;
  #asked = '';
  #lastId = '';
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    onMoment: (moment: LiveMoment) => void,
    onConnection: (connection: Connection, why: string) => void,
  ) {
    this.#onMoment = onMoment;
    this.#onConnection = onConnection;
  }

  /** Asks for what the page shows; nothing happens where that is what it gets. */
  ask(asked: PageAsked): void {
    const address = eventsAddress(asked, '');
    if (address === this.#asked && this.#source !== null) return;
    this.#asked = address;
    this.#open(eventsAddress(asked, this.#lastId));
  }

  #open(address: string): void {
    clearTimeout(this.#again);
    this.#source?.close();
    const source = new EventSource(address);
    this.#source = source;
    source.addEventListener('open', () => this.#onConnection('open', ''));
    source.addEventListener('moment', (event) => {
      this.#lastId = event.lastEventId;
      this.#onMoment(unpackMoment(String(event.data)));
    });
    source.addEventListener('error', () => {
      this.#onConnection('lost', '');
      if (source.readyState === EventSource.CLOSED) void this.#refused(address);
    });
  }

  /** The server has answered with something else than events. */
  async #refused(address: string): Promise<void> {
    this.#again = setTimeout(() => this.#open(address), againMs);
    const why = await sentenceAt(address);
    if (why !== '') this.#onConnection('lost', why);
  }
}

/** Why an address is refused; '' where it no longer is, or where nobody answers. */
async function sentenceAt(address: string): Promise<string> {
  const stop = new AbortController();
  try {
    const response = await fetch(address, { signal: stop.signal });
    return response.ok ? '' : (await response.text()).slice(0, 300).trim();
  } catch {
    return '';
  } finally {
    stop.abort();
  }
}
