import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type PageAsked, readAsked } from '../../../dashboards/model/live-stream.ts';
import { nothingAsked } from '../../analysis/details.ts';
import { messageOf } from '../../model/errors.ts';
import { Look, type LookOptions, nowhere, type Place } from './live-look.ts';
import { refuse } from './refusal.ts';
import type { Served } from './route.ts';
import type { TroubleLog } from './trouble-log.ts';

export interface StreamLimits {
  readonly clients: number;
  /** Different wishes that are worked out at a time; each takes a look at every execution. */
  readonly wishes: number;
  /** What a client has not read; with more, moments are left out. */
  readonly unreadBytes: number;
  /** A client that has left out moments for so long is cut. */
  readonly unreadMs: number;
  /** Proxies cut what is silent for a minute. */
  readonly heartbeatMs: number;
  /** What browsers wait before they connect anew. */
  readonly retryMs: number;
}

export const streamLimits: StreamLimits = {
  clients: 32,
  wishes: 12,
  unreadBytes: 1 << 20,
  unreadMs: 30_000,
  heartbeatMs: 15_000,
  retryMs: 2000,
};

export interface StreamOptions extends LookOptions {
  readonly log: TroubleLog;
  readonly limits?: StreamLimits;
}

interface Client {
  readonly asked: PageAsked;
  readonly key: string;
  readonly denied: string;
  readonly response: ServerResponse;
  readonly address: string | undefined;
  /** Up to where it has what grows. */
  has: Place;
  /** Since when moments are left out. */
  fullSinceMs: number | null;
}

const nothing: PageAsked = { ...nothingAsked, kernels: false, runs: false };

/** Server-sent events: each page gets everything once and then what each look brings. Nobody looks while there are no pages. */
export class EventStreams {
  readonly #served: Served;
  readonly #options: StreamOptions;
  readonly #limits: StreamLimits;
  /** So that the ids of another run of the server are none of this one. */
  readonly #run = randomBytes(4).toString('hex');
  readonly #clients = new Set<Client>();
  #looks = 0;
  #look: Look | null = null;
  #stopLooking: (() => void) | null = null;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(served: Served, options: StreamOptions) {
    this.#served = served;
    this.#options = options;
    this.#limits = options.limits ?? streamLimits;
  }

  /** Answers a request for events; the answer goes on until its client leaves. */
  open(request: IncomingMessage, response: ServerResponse): void {
    const { log } = this.#options;
    const address = request.socket.remoteAddress;
    const query = new URL(request.url ?? '/', 'http://here').searchParams;
    const asked = readAsked(query);
    if (asked === null) {
      const sentence = 'This asks for something that no page of this server asks for; load the page anew.';
      refuse(response, { status: 400, kind: 'address', sentence });
      return;
    }
    if (this.#clients.size >= this.#limits.clients) {
      log.note('connections', address, 'live pages');
      const sentence = `${this.#limits.clients} live pages are open already, the most there may be: close one.`;
      refuse(response, { status: 503, kind: 'connections', sentence, headers: { 'Retry-After': '10' } });
      return;
    }
    const client = this.#welcome(asked, response, address);
    // Browsers send the id of what they got last when they connect anew by themselves.
    const since = request.headers['last-event-id'] ?? query.get('since');
    this.#attempt(() => {
      const look = this.#current(client.asked);
      if (since === look.place.id) client.has = look.place;
      this.#send(client, look);
    });
  }

  #welcome(asked: PageAsked, response: ServerResponse, address: string | undefined): Client {
    const wishes = new Set([...this.#clients].map(({ key }) => key));
    const key = JSON.stringify(asked);
    const fits = wishes.has(key) || wishes.size < this.#limits.wishes;
    const client: Client = {
      asked: fits ? asked : nothing,
      key: fits ? key : JSON.stringify(nothing),
      denied: fits
        ? ''
        : 'Other pages look at so many details that there is no room for one more: close one.',
      response,
      address,
      has: nowhere,
      fullSinceMs: null,
    };
    this.#clients.add(client);
    response.once('close', () => this.#leave(client));
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // A proxy that gathers what it passes on would hold events back.
      'X-Accel-Buffering': 'no',
    });
    response.write(`retry: ${this.#limits.retryMs}\n\n`);
    this.#stopLooking ??= this.#served.onLook(() => this.#attempt(() => this.#next()));
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#limits.heartbeatMs).unref();
    return client;
  }

  #leave(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#stopLooking?.();
    clearInterval(this.#heartbeat);
    this.#stopLooking = null;
    this.#heartbeat = undefined;
    this.#look = null;
  }

  /** What cannot be looked at now may be at the next look; pages see meanwhile that their figures are old. */
  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.log.note('failed', 'The live page', messageOf(error));
    }
  }

  /** The last look, or a first one. */
  #current(asked: PageAsked): Look {
    this.#look ??= this.#lookAt(asked);
    return this.#look;
  }

  #lookAt(asked: PageAsked): Look {
    this.#looks += 1;
    return new Look(this.#run, this.#looks, this.#served, asked, this.#options);
  }

  #next(): void {
    const [first] = this.#clients;
    if (first === undefined) return;
    const look = this.#lookAt(first.asked);
    this.#look = look;
    // A wish that cannot be answered takes nothing from other pages.
    for (const client of this.#clients) this.#attempt(() => this.#send(client, look));
  }

  #send(client: Client, look: Look): void {
    if (this.#isFull(client)) return;
    client.response.write(look.event(client.asked, client.has, client.denied));
    client.has = look.place;
  }

  #beat(): void {
    for (const client of this.#clients) if (!this.#isFull(client)) client.response.write(': still here\n\n');
  }

  /** Whether a client has not read what it got; one that does not for long is cut. */
  #isFull(client: Client): boolean {
    const now = performance.now();
    const isFull = client.response.writableLength > this.#limits.unreadBytes;
    client.fullSinceMs = isFull ? (client.fullSinceMs ?? now) : null;
    if (client.fullSinceMs !== null && now - client.fullSinceMs >= this.#limits.unreadMs) {
      this.#options.log.note('unread', client.address, 'live page');
      client.response.destroy();
    }
    return isFull;
  }
}
