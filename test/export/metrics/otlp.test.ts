/** Sending metrics to collectors that take them, and to others. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { metricsUrl, startOtlp } from '../../../src/commands/serve/otlp.ts';
import type { Served } from '../../../src/commands/serve/route.ts';
import { warpwatchVersion } from '../../../src/commands/version.ts';
import type { MetricsMoment } from '../../../src/export/metrics/moment.ts';
import { toldFamilies } from '../../../src/export/metrics/told.ts';
import { otlpName, otlpUnit } from '../../../src/model/metric-names.ts';
import { gpus } from '../../dashboards/gpu-snapshots.ts';
import { running } from '../../dashboards/snapshots.ts';
import { until, warpwatch } from '../../support/cli.ts';
import { momentOf } from './moments.ts';
import { readOtlpRequest, type SentMetrics } from './otlp-request.ts';

const test = suite('metrics for OpenTelemetry');
const intervalMs = 40;
/** A sending has no more time than its interval: enough where it must not fail. */
const patientMs = 500;

interface Request {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly sent: SentMetrics;
}

/** A collector that answers each request as it is told to. */
async function collector(answer: (response: ServerResponse) => void) {
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { url: path = '', headers } = request;
    requests.push({ path, headers, sent: readOtlpRequest(Buffer.concat(parts)) });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

const taken = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();

function servedOf(moment: () => MetricsMoment): Served {
  return {
    host: 'node17',
    sources: () => [],
    moment,
    snapshot: () => moment().machine,
    onLook: () => () => undefined,
    firstLook: Promise.resolve(),
    close: async () => false,
  };
}

async function started(url: string, moment: () => MetricsMoment = () => momentOf(), everyMs = intervalMs) {
  const told: string[] = [];
  const tell = (sentence: string) => told.push(sentence);
  return { told, ...(await startOtlp({ url, intervalMs: everyMs, served: servedOf(moment), tell })) };
}

test('a collector gets every metric of the moment under its name, unit and labels', async () => {
  const moment = momentOf(gpus(2), [{ name: 'r1', snapshot: running() }]);
  process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'authorization=Basic%20abc';
  const { requests, url, close } = await collector(taken);
  const sender = await started(url, () => moment, patientMs);
  await until(() => requests.length > 0, 'the first request');
  await sender.close();
  await close();
  delete process.env['OTEL_EXPORTER_OTLP_HEADERS'];
  const [first] = requests;
  assert.is(first?.path, '/v1/metrics');
  assert.is(first?.headers.authorization, 'Basic abc');
  assert.equal(first?.sent.resource, {
    'service.name': 'warpwatch',
    'service.version': warpwatchVersion(),
    'host.name': 'node17',
  });
  const expected = toldFamilies(moment).map(({ family, samples }) => ({
    name: otlpName(family),
    unit: otlpUnit(family),
    type: family.type,
    points: samples.map(({ labels, value }) => ({ attributes: { ...labels }, value })),
  }));
  assert.equal(first?.sent.metrics, expected);
  assert.equal(sender.told, []);
});

test('a run that is gone is not sent any more', async () => {
  let runs = [{ name: 'r1', snapshot: running() }];
  const { requests, url, close } = await collector(taken);
  const sender = await started(`${url}/v1/metrics`, () => momentOf(gpus(1), runs));
  await until(() => requests.length > 0, 'a request with the run');
  runs = [];
  const before = requests.length + 1;
  await until(() => requests.length > before, 'a request without it');
  await sender.close();
  await close();
  assert.match(JSON.stringify(requests[0]?.sent), /"run":"r1"/);
  assert.not.match(JSON.stringify(requests.at(-1)?.sent), /"run":"r1"/);
});

for (const [what, answer] of [
  [
    'answers HTML',
    (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
  ],
  ['refuses', (response: ServerResponse) => response.writeHead(401).end('who are you?')],
  ['never answers', () => undefined],
] as const) {
  test(`a collector that ${what} is told once`, async () => {
    const { requests, url, close } = await collector(answer);
    const sender = await started(url);
    await until(() => requests.length > 2, 'three tries');
    await until(() => sender.told.length > 0, 'a sentence');
    await sender.close();
    await close();
    assert.is(sender.told.length, 1, sender.told.join('\n'));
    assert.match(
      sender.told[0] ?? '',
      /^Metrics cannot be sent to http:\/\/127\.0\.0\.1:\d+\/v1\/metrics \(.+\); is .* tried again\.$/,
    );
  });
}

test('one that is down is told once, without the password, and what fails on our side as well', async () => {
  const { url, close } = await collector(taken);
  await close();
  const down = await started(url.replace('//', '//ada:secret@'));
  let tries = 0;
  const broken = await started(url, () => {
    tries += 1;
    throw new Error('runs/first cannot be read');
  });
  await until(() => down.told.length > 0 && tries > 2, 'a sentence and three tries');
  await Promise.all([down.close(), broken.close()]);
  assert.is(broken.told.length, 1);
  assert.match(
    broken.told[0] ?? '',
    /^There is nothing to send to .* \(runs\/first cannot be read\); it is tried again\.$/,
  );
  assert.is(down.told.length, 1);
  assert.not.match(down.told[0] ?? '', /secret/);
});

test('where OpenTelemetry is not installed a sentence says so', async () => {
  const hook = join(import.meta.dirname, '../../support/without-opentelemetry.mjs');
  const env = { ...process.env, NODE_OPTIONS: `--import ${hook}` };
  const words = ['serve', '--listen', '127.0.0.1:0', '--otlp', 'http://localhost:4318'];
  const { code, stderr } = await warpwatch(words, { env });
  assert.is(code, 1);
  assert.match(stderr, /^warpwatch: --otlp needs the optional packages of OpenTelemetry[^\n]*\n$/);
});

test('an address is one of HTTP, with or without its path', () => {
  for (const text of [
    'http://h:4318',
    'http://h:4318/',
    'http://h:4318/v1/metrics',
    'http://h:4318/v1/metrics/',
  ]) {
    assert.is(metricsUrl(text).href, 'http://h:4318/v1/metrics');
  }
  assert.is(metricsUrl('https://h/otlp').href, 'https://h/otlp/v1/metrics');
  for (const text of ['localhost:4318', 'ftp://h', '', 'h'])
    assert.throws(() => metricsUrl(text), /--otlp takes/);
});

test.run();
