import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Answers } from './answers.ts';
import { answerClientErrors } from './client-errors.ts';
import { Connections } from './connections.ts';
import { type ServerLimits, serverLimits } from './limits.ts';
import { listen } from './listen.ts';
import { addressText, hostName, isLoopback, type ListenAddress } from './listen-address.ts';
import type { Route } from './route.ts';
import type { TroubleLog } from './trouble-log.ts';
import type { WebConfigFile } from './web-config/file.ts';

export interface ServerOptions {
  readonly address: ListenAddress;
  readonly routes: readonly Route[];
  readonly log: TroubleLog;
  /** Passwords, certificates and headers; null for none of them. */
  readonly webConfig: WebConfigFile | null;
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

/**
 * Serves the routes, and nothing else, to whoever may ask.
 * @throws WarpwatchError `cannot-listen`
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { limits = serverLimits, log, webConfig, routes } = options;
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkMs,
    handshakeTimeout: limits.headersMs,
    // It is judged with the rest, and answered with a sentence.
    requireHostHeader: false,
  };
  const tls = webConfig?.current.tls;
  const server =
    webConfig !== null && tls
      ? (await import('./tls.ts')).encryptedServer(settings, tls, webConfig, log)
      : createServer(settings);
  const connections = new Connections(server, limits, log);
  const bound = await listen(server, options.address);
  const loopback = isLoopback(bound.host);
  const answers = new Answers({
    routes,
    log,
    limits,
    rules: {
      targetCharacters: limits.targetCharacters,
      // A page of another site may have its name lead here, and a browser would let it read what it gets.
      hosts: loopback
        ? new Set(['localhost', '127.0.0.1', '[::1]', ...ownNames(options.address, bound)])
        : null,
    },
    config: () => webConfig?.current ?? null,
  });
  answerClientErrors(server, limits, log, (socket) => answers.isAnswering(socket));
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void answers.answer(request, response);
  server.on('request', onRequest);
  // Whoever waits for leave to send a body is refused before it is sent.
  server.on('checkContinue', onRequest);
  return {
    url: `${tls ? 'https' : 'http'}://${addressText(bound)}`,
    loopback,
    close: () => end(server, connections, answers, limits.closeMs),
  };
}

/** The address as the person named it, and in numbers. */
function ownNames(...addresses: readonly ListenAddress[]): string[] {
  return addresses.map((address) => hostName(addressText(address)));
}

async function end(server: Server, open: Connections, answers: Answers, closeMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  answers.end();
  const late = setTimeout(() => open.cut(), closeMs);
  await closed;
  clearTimeout(late);
}
