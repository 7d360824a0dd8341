import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../../model/errors.ts';
import { PasswordCheck, type PasswordVerdict } from './basic-auth.ts';
import type { ServerLimits } from './limits.ts';
import { type Refusal, type RequestRules, refusalOf, refuse, routeOf } from './refusal.ts';
import type { Route } from './route.ts';
import type { TroubleLog } from './trouble-log.ts';
import type { LoadedConfig } from './web-config/load.ts';

export interface AnswersOptions {
  readonly routes: readonly Route[];
  readonly log: TroubleLog;
  readonly limits: ServerLimits;
  readonly rules: RequestRules;
  /** Users and headers as they are now; null for none. */
  config(): LoadedConfig | null;
}

/** Headers of every answer. */
const safeHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
/** What a page may load that does not say so in its route. */
const strictestPolicy = "default-src 'none'; frame-ancestors 'none'";

const unauthorised: Refusal = {
  status: 401,
  kind: 'password',
  sentence: 'This server asks for a user and a password.',
  headers: { 'WWW-Authenticate': 'Basic realm="warpwatch", charset="UTF-8"' },
};
const verdicts: Readonly<Record<PasswordVerdict, Refusal | null>> = {
  right: null,
  wrong: unauthorised,
  busy: {
    status: 429,
    kind: 'guesses',
    sentence: 'Too many passwords are waiting to be checked; try again later.',
    headers: { 'Retry-After': '10' },
  },
};
const failed: Refusal = {
  status: 500,
  kind: 'failed',
  sentence: 'This could not be answered; what warpwatch serve prints says why.',
};

/** Answers requests, each within its time, whatever its route does. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #passwords = new PasswordCheck();
  readonly #answering = new Set<Socket>();
  readonly #staying = new Set<ServerResponse>();

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#routes = new Map(options.routes.map((route) => [route.path, route]));
  }

  /** Whether an answer is on its way over this connection. */
  isAnswering(socket: Socket): boolean {
    return this.#answering.has(socket);
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log, limits } = this.#options;
    const { socket } = request;
    // Of requests that came together the others are seen after one was reason enough to cut.
    if (socket.destroyed) return;
    if (this.#answering.has(socket)) {
      // Nobody's client does so but one that would have us work and keeps no connection for it.
      log.note('pipelined', socket.remoteAddress);
      socket.destroy();
      return;
    }
    this.#answering.add(socket);
    const deadline = setTimeout(() => {
      log.note('unread', socket.remoteAddress);
      socket.destroy();
    }, limits.responseMs);
    response.once('close', () => {
      clearTimeout(deadline);
      this.#answering.delete(socket);
      this.#staying.delete(response);
    });
    // A client that leaves in the middle of its answer is no defect.
    response.on('error', () => undefined);
    const route = await this.#routeFor(request, response);
    if (response.destroyed) return;
    if ('status' in route) {
      log.note(route.kind, socket.remoteAddress, `${request.method} ${request.url}`);
      refuse(response, route);
      return;
    }
    if (route.stays) {
      clearTimeout(deadline);
      this.#staying.add(response);
    }
    try {
      await route.handle(request, response);
    } catch (error) {
      log.note('failed', undefined, `GET ${route.path}: ${messageOf(error)}`);
      if (response.headersSent) response.destroy();
      else refuse(response, failed);
    }
  }

  /** Ends the answers that stay open. */
  end(): void {
    for (const response of this.#staying) response.end();
  }

  async #routeFor(request: IncomingMessage, response: ServerResponse): Promise<Route | Refusal> {
    const config = this.#options.config();
    setHeaders(response, { ...safeHeaders, 'Content-Security-Policy': strictestPolicy, ...config?.headers });
    const refusal = refusalOf(request, this.#options.rules) ?? (await this.#wrongPassword(request, config));
    const route = refusal ?? routeOf(request, this.#routes);
    if ('handle' in route && route.contentSecurityPolicy !== undefined) {
      // What the person who runs the server asks for goes before what a page would like.
      setHeaders(response, { 'Content-Security-Policy': route.contentSecurityPolicy, ...config?.headers });
    }
    return route;
  }

  async #wrongPassword(request: IncomingMessage, config: LoadedConfig | null): Promise<Refusal | null> {
    if (config === null || config.users.size === 0) return null;
    const { authorization } = request.headers;
    const address = request.socket.remoteAddress ?? '';
    return verdicts[await this.#passwords.check(authorization, config.users, address)];
  }
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
