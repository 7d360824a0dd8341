import { eventsAddress, type LiveMoment, type PageAsked, unpackMoment } from '../../model/live-stream.ts';
import type { Connection } from './freshness.ts';

/** Until a refused connection is tried again. */
const againMs = 5000;

/** The events of the server. Browsers connect anew by themselves; where the server refuses, this asks why and tries again. */
export class LiveStream {
  readonly #onMoment: (moment: LiveMoment) => void;
  readonly #onConnection: (connection: Connection, why: string) => void;
  #source: EventSource | null = null;
  #asked: PageAsked | null = null;
  #lastId = '';
  #heardMs = 0;
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
    if (this.#asked !== null && eventsAddress(asked, '') === eventsAddress(this.#asked, '')) return;
    this.#asked = asked;
    this.#open(asked);
  }

  /** Connects anew where nothing has come for so long: a laptop that slept or another network ends a connection without a word. */
  renew(silentMs: number): void {
    const isSilent = this.#source?.readyState === EventSource.OPEN && Date.now() - this.#heardMs > silentMs;
    if (isSilent && this.#asked !== null) this.#open(this.#asked);
  }

  #open(asked: PageAsked): void {
    this.#heardMs = Date.now();
    clearTimeout(this.#again);
    this.#source?.close();
    const source = new EventSource(eventsAddress(asked, this.#lastId));
    this.#source = source;
    source.addEventListener('open', () => this.#onConnection('open', ''));
    source.addEventListener('moment', (event) => {
      this.#lastId = event.lastEventId;
      this.#heardMs = Date.now();
      this.#onMoment(unpackMoment(String(event.data)));
    });
    source.addEventListener('error', () => {
      this.#onConnection('lost', '');
      if (source.readyState === EventSource.CLOSED) void this.#refused(source, asked);
    });
  }

  /** The server has answered with something else than events. */
  async #refused(source: EventSource, asked: PageAsked): Promise<void> {
    this.#again = setTimeout(() => this.#open(asked), againMs);
    const why = await sentenceAt(eventsAddress(asked, ''));
    // Another connection may have been opened meanwhile.
    if (why !== '' && source === this.#source) this.#onConnection('lost', why);
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
