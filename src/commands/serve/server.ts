import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { messageOf } from '../../model/errors.ts';
import { answerClientErrors } from './client-errors.ts';
import { Connections } from './connections.ts';
import { type ServerLimits, serverLimits } from './limits.ts';
import { listen } from './listen.ts';
import { addressText, isLoopback, type ListenAddress } from './listen-address.ts';
import { type Refusal, type RequestRules, refusalOf, refuse, routeOf } from './refusal.ts';
import type { Route } from './route.ts';
import type { TroubleLog } from './trouble-log.ts';

export interface ServerOptions {
  readonly address: ListenAddress;
  readonly routes: readonly Route[];
  readonly log: TroubleLog;
  readonly limits?: ServerLimits;
}

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:9847`. */
  readonly url: string;
  /** Only programs of this machine reach it. */
  readonly loopback: boolean;
  /** Takes no more connections and ends those that are open, within `closeMs`. */
  close(): Promise<void>;
}

/** Headers of every answer; a page that needs more than its own text says so in its route. */
const safeHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * Serves the routes, and nothing else, to whoever may ask.
 * @throws WarpwatchError `cannot-listen`
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { limits = serverLimits, log } = options;
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkMs,
  };
  const server = createServer(settings);
  const connections = new Connections(server, limits, log);
  answerClientErrors(server, limits, log);
  const bound = await listen(server, options.address);
  const loopback = isLoopback(bound.host);
  const answers = new Answers(options, limits, {
    targetCharacters: limits.targetCharacters,
    // A page of another site may have its name lead here; a browser would let it read what it gets.
    hosts: loopback ? new Set(['localhost', '127.0.0.1', '[::1]', hostOf(bound)]) : null,
  });
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void answers.answer(request, response);
  server.on('request', onRequest);
  // The answer is a refusal: whoever waits for leave to send a body need not send it.
  server.on('checkContinue', onRequest);
  return {
    url: `http://${addressText(bound)}`,
    loopback,
    close: () => end(server, connections, answers, limits),
  };
}

function hostOf({ host }: ListenAddress): string {
  return addressText({ host, port: 0 }).slice(0, -2);
}

/** Answers requests, each within its time. */
class Answers {
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #log: TroubleLog;
  readonly #limits: ServerLimits;
  readonly #rules: RequestRules;
  readonly #staying = new Set<ServerResponse>();

  constructor({ routes, log }: ServerOptions, limits: ServerLimits, rules: RequestRules) {
    this.#routes = new Map(routes.map((route) => [route.path, route]));
    this.#log = log;
    this.#limits = limits;
    this.#rules = rules;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const client = request.socket.remoteAddress;
    const deadline = setTimeout(() => {
      this.#log.note('unread', client);
      request.socket.destroy();
    }, this.#limits.responseMs);
    response.once('close', () => {
      clearTimeout(deadline);
      this.#staying.delete(response);
    });
    // A client that leaves in the middle of its answer is no defect.
    response.on('error', () => undefined);
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
    const route = refusalOf(request, this.#rules) ?? routeOf(request, this.#routes);
    if ('status' in route) {
      this.#refuse(request, response, route);
      return;
    }
    if (route.stays) {
      clearTimeout(deadline);
      this.#staying.add(response);
    }
    try {
      await route.handle(request, response);
    } catch (error) {
      this.#log.note('failed', `${client} asked for ${route.path}, which`, messageOf(error));
      this.#fail(response);
    }
  }

  /** Ends the answers that stay open. */
  end(): void {
    for (const response of this.#staying) response.end();
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    this.#log.note(refusal.kind, request.socket.remoteAddress, `${request.method} ${request.url}`);
    refuse(response, refusal);
  }

  #fail(response: ServerResponse): void {
    if (response.headersSent) response.destroy();
    else
      refuse(response, {
        status: 500,
        kind: 'failed',
        sentence: 'This could not be answered; what warpwatch serve prints says why.',
      });
  }
}

async function end(
  server: Server,
  connections: Connections,
  answers: Answers,
  limits: ServerLimits,
): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  answers.end();
  const late = setTimeout(() => connections.cut(), limits.closeMs);
  await closed;
  clearTimeout(late);
}
