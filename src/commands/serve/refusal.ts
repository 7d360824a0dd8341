import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostName } from './listen-address.ts';
import type { Route } from './route.ts';
import type { TroubleKind } from './trouble-log.ts';

/** Why a request is not answered as it asks. */
export interface Refusal {
  readonly status: number;
  readonly kind: TroubleKind;
  /** One sentence for whoever asked. */
  readonly sentence: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What requests are held against. */
export interface RequestRules {
  readonly targetCharacters: number;
  /** Host names that are served, lower case; null for any. */
  readonly hosts: ReadonlySet<string> | null;
}

/** Judges what a request is, apart from its address and password; null where nothing is wrong with it. */
export function refusalOf(request: IncomingMessage, rules: RequestRules): Refusal | null {
  const { headers, method = '', url = '' } = request;
  if (url.length > rules.targetCharacters)
    return { status: 414, kind: 'too-large', sentence: 'This address is too long.' };
  if (Number(headers['content-length'] ?? 0) !== 0 || headers['transfer-encoding'] !== undefined) {
    const sentence = 'Requests with a body are not taken; send it without one.';
    return { status: 413, kind: 'body', sentence, headers: { Connection: 'close' } };
  }
  const { host } = headers;
  if (host === undefined && request.httpVersion === '1.1')
    return { status: 400, kind: 'no-http', sentence: 'A request names its host.' };
  // In HTTP/1.0 it need not; no browser speaks that.
  if (rules.hosts !== null && host !== undefined && !rules.hosts.has(hostName(host))) {
    const names = [...rules.hosts].join(', ');
    return {
      status: 421,
      kind: 'host',
      sentence: `Only ${names} are served here, since this server listens for its own machine; see --listen.`,
    };
  }
  if (method !== 'GET' && method !== 'HEAD') return wrongMethod('GET, HEAD');
  if (!url.startsWith('/'))
    return { status: 400, kind: 'no-http', sentence: 'The address of a request begins with "/".' };
  return null;
}

/** The route of a request, by its exact path. */
export function routeOf(request: IncomingMessage, routes: ReadonlyMap<string, Route>): Route | Refusal {
  const [path = ''] = (request.url ?? '').split('?', 1);
  const route = routes.get(path);
  if (route === undefined)
    return {
      status: 404,
      kind: 'address',
      sentence: 'There is nothing at this address; / lists what there is.',
    };
  // What stays open has no end that its headers could tell.
  return route.stays && request.method === 'HEAD' ? wrongMethod('GET') : route;
}

function wrongMethod(allow: string): Refusal {
  const sentence = `This address takes ${allow.replace(', ', ' and ')} only.`;
  return { status: 405, kind: 'method', sentence, headers: { Allow: allow } };
}

/** Answers a request that is refused. */
export function refuse(response: ServerResponse, { status, sentence, headers }: Refusal): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  response.end(`${sentence}\n`);
}
