/** Servers that tests make up, and what tests of ours say to it: whole requests, or whatever bytes a bad client sends. */
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { uvu } from 'uvu';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Asks on a connection of its own. Rejects where there is no answer. */
export function ask(url: string, options: RequestOptions = {}): Promise<Answer> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** `Authorization` for a user. */
export function basic(user: string, password: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** Sends bytes as they are. Resolves to all that comes until the server closes the connection. */
export function send(url: string, bytes: string): Promise<string> {
  const socket = open(url);
  socket.write(bytes);
  return rest(socket);
}

/** A bare connection to the server. */
export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // A server that cuts a bad client is what is tested.
  socket.on('error', () => undefined);
  return socket;
}

/** All that comes until the connection ends. */
export function rest(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve) => {
    socket.on('close', () => resolve(text));
  });
}

/** Asks again until the answer is as it should be; fails after half a minute. */
export async function askUntil(
  url: string,
  options: RequestOptions,
  holds: (answer: Answer) => boolean,
): Promise<Answer> {
  const end = performance.now() + 30_000;
  for (;;) {
    const answer = await ask(url, options);
    if (holds(answer)) return answer;
    if (performance.now() > end) throw new Error(`${url} still answers ${answer.status}: ${answer.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What starts a server on a free port and tells its address; each ends after the test that started it. */
export function localServers<T>(test: uvu.Test<T>): (listener: RequestListener) => Promise<string> {
  const servers: Server[] = [];
  test.after.each(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });
  return async (listener) => {
    const server = createServer(listener);
    servers.push(server);
    return listening(server);
  };
}

/** An address that was given back just now: nothing listens there. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  const address = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
