import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatFor, metricsRoute, takesGzip } from '../../../src/commands/serve/metrics-route.ts';
import type { MetricsMoment } from '../../../src/export/metrics/moment.ts';
import { printMetrics } from '../../../src/export/metrics/prometheus.ts';
import { momentOf } from '../../export/metrics/moments.ts';

const test = suite('the address /metrics');
/** As Prometheus 2.42 asks. */
const prometheus =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

test('who asks for OpenMetrics gets it, everybody else plain text', () => {
  assert.is(formatFor(prometheus), 'openmetrics');
  assert.is(formatFor('application/openmetrics-text'), 'openmetrics');
  for (const accept of [
    undefined,
    '',
    '*/*',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'text/plain;version=0.0.4;q=1,application/openmetrics-text;q=0.1',
    'application/openmetrics-text;q=0',
    'application/openmetrics-text;q=much',
    ';;,,=q',
  ]) {
    assert.is(formatFor(accept), 'text', accept);
  }
  assert.ok(takesGzip('gzip'));
  assert.ok(takesGzip('deflate, GZIP;q=0.5'));
  assert.not.ok(takesGzip('gzip;q=0'));
  assert.not.ok(takesGzip('br'));
  assert.not.ok(takesGzip(undefined));
});

test('a page is printed once a moment, compressed where the client takes it', async () => {
  let looked = 0;
  const counted = (): MetricsMoment => ({
    ...momentOf(),
    get version() {
      looked += 1;
      return '1.2.3';
    },
  });
  let moment = counted();
  const served = {
    host: 'here',
    sources: () => [],
    moment: () => moment,
    snapshot: () => moment.machine,
    onLook: () => () => undefined,
    firstLook: Promise.resolve(),
    close: async () => false,
  };
  const route = metricsRoute(served);
  const server = createServer((request, response) => void route.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}${route.path}`, { headers });
  const plain = await get({ 'accept-encoding': 'identity' });
  assert.is(plain.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.is(plain.headers.get('content-encoding'), null);
  assert.is(await plain.text(), await printMetrics(moment, 'text'));
  const zipped = await get({ accept: prometheus, 'accept-encoding': 'gzip' });
  assert.is(zipped.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  assert.is(zipped.headers.get('content-encoding'), 'gzip');
  // `fetch` unpacks it.
  assert.is(await zipped.text(), await printMetrics(moment, 'openmetrics'));
  assert.ok(Number(zipped.headers.get('content-length')) < Number(plain.headers.get('content-length')) / 4);
  looked = 0;
  await printMetrics(counted(), 'text');
  const once = looked;
  looked = 0;
  await Promise.all(
    Array.from({ length: 5 }, async () => (await get({ 'accept-encoding': 'identity' })).text()),
  );
  assert.is(looked, 0, 'nothing is printed twice');
  moment = counted();
  await Promise.all(
    Array.from({ length: 5 }, async () => (await get({ 'accept-encoding': 'identity' })).text()),
  );
  assert.ok(once > 0);
  assert.is(looked, once, 'a new moment is printed, once');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test.run();
