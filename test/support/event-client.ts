import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type LiveMoment, unpackMoment } from '../../dashboards/model/live-stream.ts';

/** An event as it came. */
export interface ReceivedEvent {
  readonly id: string;
  readonly text: string;
  readonly moment: LiveMoment;
}

/** A client of server-sent events that reads when it is told to. */
export class EventClient {
  readonly events: ReceivedEvent[] = [];
  /** All that came, whole events or not. */
  bytes = 0;
  isClosed = false;
  readonly response: Promise<IncomingMessage>;
  readonly #request: ClientRequest;
  #rest = '';
  #reads = true;
  #incoming: IncomingMessage | null = null;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}, reads = true) {
    this.#reads = reads;
    this.#request = request(url, { agent: false, headers });
    this.response = new Promise((resolve, reject) => {
      this.#request.on('response', (response) => {
        this.#incoming = response;
        response.setEncoding('utf8');
        response.on('close', () => {
          this.isClosed = true;
        });
        response.on('error', () => undefined);
        if (this.#reads) this.read();
        resolve(response);
      });
      this.#request.on('error', reject);
    });
    this.response.catch(() => undefined);
    this.#request.end();
  }

  /** Reads what comes from now on. */
  read(): void {
    this.#incoming?.on('data', (part: string) => this.#take(part));
  }

  close(): void {
    this.#request.destroy();
  }

  #take(part: string): void {
    this.bytes += part.length;
    this.#rest += part;
    for (let end = this.#rest.indexOf('\n\n'); end >= 0; end = this.#rest.indexOf('\n\n')) {
      const text = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 2);
      const data = /^data: (.*)$/m.exec(text)?.[1];
      const id = /^id: (.*)$/m.exec(text)?.[1] ?? '';
      if (data !== undefined) this.events.push({ id, text, moment: unpackMoment(data) });
    }
  }
}
