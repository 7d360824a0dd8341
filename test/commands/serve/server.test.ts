import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serverLimits } from '../../../src/commands/serve/limits.ts';
import type { Route } from '../../../src/commands/serve/route.ts';
import { type RunningServer, startServer } from '../../../src/commands/serve/server.ts';
import { TroubleLog } from '../../../src/commands/serve/trouble-log.ts';
import { until } from '../../support/cli.ts';
import { ask, open, rest, send } from '../../support/http.ts';

const test = suite('serve: the server');
const told: string[] = [];
const log = new TroubleLog((sentence) => told.push(sentence));
const limits = {
  ...serverLimits,
  headersMs: 150,
  requestMs: 250,
  responseMs: 400,
  checkMs: 20,
  closeMs: 100,
};
const large = 'x'.repeat(1 << 24);
const routes: readonly Route[] = [
  { path: '/short', handle: (_request, response) => void response.end('short') },
  { path: '/large', handle: (_request, response) => void response.end(large) },
  {
    path: '/page',
    contentSecurityPolicy: "default-src 'self'",
    handle: (_request, response) => void response.end('page'),
  },
  {
    path: '/throws',
    handle: () => {
      throw new Error('a defect\u001b[31m of a page');
    },
  },
  {
    path: '/breaks',
    handle: async (_request, response) => {
      response.write('begin');
      await Promise.reject(new Error('later'));
    },
  },
  { path: '/stays', stays: true, handle: (_request, response) => void response.write('first') },
];
const listenAnywhere = { host: '127.0.0.1', port: 0 };
let server: RunningServer;

test.before(async () => {
  server = await startServer({ address: listenAnywhere, routes, log, webConfig: null, limits });
});
test.after(() => server.close());

/** A request in so many bytes. */
function bytes(target: string, headers = 'Host: localhost\r\n', method = 'GET'): string {
  return `${method} ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
}

test('answers an exact path, with headers that keep others from using the answer', async () => {
  const { status, headers, text } = await ask(`${server.url}/short?with=query`);
  assert.is(status, 200);
  assert.is(text, 'short');
  assert.is(headers['cache-control'], 'no-store');
  assert.is(headers['x-content-type-options'], 'nosniff');
  assert.is(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
  assert.is(headers['access-control-allow-origin'], undefined);
  const page = await ask(`${server.url}/page`);
  assert.is(page.headers['content-security-policy'], "default-src 'self'");
  const head = await ask(`${server.url}/short`, { method: 'HEAD' });
  assert.equal([head.status, head.text], [200, '']);
});

test('a client of HTTP/1.0 need not name a host, and one that asks for a part gets the whole', async () => {
  assert.match(await send(server.url, 'GET /short HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 200 .*\r\n\r\nshort$/s);
  const part = await ask(`${server.url}/short`, { headers: { range: 'bytes=0-1' } });
  assert.equal([part.status, part.text], [200, 'short']);
});

test('a name of this machine that it was told to listen at is served', async () => {
  // The system takes it for 127.0.0.1.
  const named = await startServer({ address: { host: '127.1', port: 0 }, routes, log, webConfig: null });
  assert.match(await send(named.url, bytes('/short', 'Host: 127.1:9847\r\n')), /^HTTP\/1.1 200 /);
  await named.close();
});

const long = 'a'.repeat(100_000);
const refused: readonly (readonly [what: string, request: string, status: number])[] = [
  ['another path', bytes('/nothing'), 404],
  ['a way out of the tree', bytes('/../../etc/passwd'), 404],
  ['an encoded way out', bytes('/%2e%2e%2fetc%2fpasswd'), 404],
  ['an encoded path', bytes('/%73hort'), 404],
  ['two slashes', bytes('//short'), 404],
  ['a name of every object', bytes('/__proto__'), 404],
  ['a NUL', bytes('/short\0'), 400],
  ['a path of no page', bytes('*', undefined, 'OPTIONS'), 405],
  ['a whole URL', bytes('http://localhost/short'), 400],
  ['a long path', bytes(`/${'a'.repeat(3000)}`), 414],
  ['a path of 100 KB', bytes(`/${long}`), 414],
  ['100 KB of headers', bytes('/short', `Host: localhost\r\nX: ${long}\r\n`), 431],
  ['another method', bytes('/short', undefined, 'DELETE'), 405],
  ['HEAD of what stays open', bytes('/stays', undefined, 'HEAD'), 405],
  ['a body', `${bytes('/short', 'Host: localhost\r\nContent-Length: 4\r\n', 'POST')}body`, 413],
  ['a body in chunks', bytes('/short', 'Host: localhost\r\nTransfer-Encoding: chunked\r\n'), 413],
  [
    'a body that waits for leave',
    bytes('/', 'Host: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n'),
    413,
  ],
  ['two lengths', bytes('/short', 'Host: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n'), 400],
  ['no host', bytes('/short', ''), 400],
  ['the host of another site in HTTP/1.0', 'GET /short HTTP/1.0\r\nHost: rebound.example\r\n\r\n', 421],
  ['the host of another site', bytes('/short', 'Host: rebound.example:9847\r\n'), 421],
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['the beginning of TLS', '\u0016\u0003\u0001\u0002\0\u0001\0', 400],
];

for (const [what, request, status] of refused) {
  test(`refuses ${what} with ${status} and a sentence`, async () => {
    const answer = await send(server.url, request);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), answer.slice(0, 200));
    if (!request.startsWith('HEAD')) assert.match(answer, /\r\n\r\n[A-Z][^\n]+\.\n$/);
  });
}

test('a page that fails is a 500, and one that fails halfway is cut; both are told once', async () => {
  for (let time = 0; time < 3; time += 1) {
    const { status, text } = await ask(`${server.url}/throws`);
    assert.is(status, 500);
    assert.not.match(text, /defect/);
  }
  assert.not.match(await send(server.url, bytes('/breaks')), /\r\n0\r\n/);
  const lines = told.filter((line) => line.includes('could not be answered'));
  assert.equal(lines, [
    'A client could not be answered (GET /throws: a defect of a page). More of these are counted in /healthz.',
  ]);
  assert.is(log.counts.failed, 4);
});

test('a client that sends its request byte by byte, or nothing, is answered 408 in time', async () => {
  const slow = open(server.url);
  const drip = setInterval(() => slow.write('X'), 20);
  slow.write('GET /short HTTP/1.1\r\n');
  const [dripped, silent] = await Promise.all([rest(slow), rest(open(server.url))]);
  clearInterval(drip);
  assert.match(dripped, /^HTTP\/1.1 408 /);
  assert.match(silent, /^HTTP\/1.1 408 /);
});

test('a client that does not read its answer is cut', async () => {
  const client = open(server.url);
  client.write(bytes('/large'));
  client.pause();
  await until(() => log.counts.unread === 1, 'the end of its time');
  client.resume();
  assert.ok((await rest(client)).length < large.length);
});

test('a client that asks again before it has its answer is cut', async () => {
  const pipelined = 'GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1000);
  assert.ok((await send(server.url, pipelined)).length < large.length);
  assert.is(log.counts.pipelined, 1);
  const behind = await send(server.url, `${bytes('/large')}no HTTP`);
  assert.not.match(behind.slice(15), /HTTP\/1.1 400/);
});

test('of 300 connections at most 256 are kept, and the others are told of once', async () => {
  const small = { ...limits, headersMs: 60_000, requestMs: 60_000 };
  const crowded = await startServer({ address: listenAnywhere, routes, log, webConfig: null, limits: small });
  const clients = Array.from({ length: 300 }, () => open(crowded.url));
  await until(() => log.counts.connections === 300 - limits.connections, 'those that are too many');
  const [first, ...others] = clients.filter((client) => !client.destroyed);
  first?.write(bytes('/short'));
  assert.match(first ? await rest(first) : '', /^HTTP\/1.1 200 .*\r\n\r\nshort$/s);
  for (const client of others) client.destroy();
  await crowded.close();
  assert.is(told.filter((line) => line.includes('more connections')).length, 1);
});

test('every trouble is told once, in a line that obeys nobody', () => {
  const kinds = Object.keys(log.counts).length;
  assert.is(told.length, kinds);
  for (const line of told) assert.match(line, /^[\x20-\x7e]{10,300}$/);
});

test('closing ends what stays open at once and cuts the rest', async () => {
  const closing = await startServer({ address: listenAnywhere, routes, log, webConfig: null, limits });
  const staying = open(closing.url);
  staying.write(bytes('/stays'));
  await once(staying, 'data');
  const half = open(closing.url);
  half.write('GET /');
  await once(half, 'connect');
  const ends = Promise.all([rest(staying), rest(half)]);
  await closing.close();
  await ends;
  const refusal = await ask(`${closing.url}/short`).catch((error: Error) => error);
  assert.match(String(refusal), /ECONNREFUSED/);
});

test.run();
