import { readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createDcgm } from '../../../collectors/dcgm/index.ts';
import { FakeWriter } from '../../support/fake-writer.ts';
import { deadAddress, localServers } from '../../support/http.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('dcgm');
const captures = fileURLToPath(new URL('../../captures/dcgm/', import.meta.url));
const page = readFileSync(join(captures, 'a100-mig-2.4.txt'), 'utf8');
const uuid = 'GPU-34319582-d595-d1c7-d1d2-179bcfa61660';
const patient = createDcgm({ leastIntervalMs: 1_000_000 });

const start = localServers(test);

async function serve(listener: RequestListener): Promise<string> {
  return `${await start(listener)}/metrics`;
}

const sampling = (
  writer: FakeWriter,
  dcgm: string,
  deviceOf: (uuid: string) => string | null = () => null,
) => ({
  writer,
  intervalMs: 1,
  settings: { dcgm },
  deviceOf,
});

test('a page from a server is sampled; a GPU that nobody else knows is a device of its own', async () => {
  const url = await serve((_, response) => response.end(page));
  const writer = new FakeWriter();
  const running = await patient.start(sampling(writer, url));
  await running.stop();
  assert.is(running.works, true);
  assert.equal(
    writer.devices.map(({ id, parent }) => [id, parent]),
    [
      ['gpu0', undefined],
      ['gpu0/mig13', 'gpu0'],
    ],
  );
  const tensor = writer.samples.find(({ series }) => series.metric === 'tensorActive');
  assert.equal(tensor?.series, { device: 'gpu0', metric: 'tensorActive', from: 'dcgm' });
  assert.is(tensor?.value, 0.92926);
});

test('a GPU that another source knows is not announced again, and only counters are explained', async () => {
  const writer = new FakeWriter();
  const place = join(captures, 'a100-mig-2.4.txt');
  const running = await patient.start(sampling(writer, place, (asked) => (asked === uuid ? 'mine' : null)));
  await running.stop();
  assert.equal(
    writer.devices.map(({ id }) => id),
    ['mine/instance13'],
  );
  assert.ok(writer.samples.some(({ series }) => series.device === 'mine' && series.metric === 'powerWatts'));
  const absences = writer.absences.filter(({ device }) => device === 'mine').map(({ metric }) => metric);
  assert.ok(absences.includes('occupancy'));
  assert.not.ok(absences.includes('fanSpeed'));
});

test('the address of the server alone is enough', async () => {
  const url = await serve((request, response) => response.end(request.url === '/metrics' ? page : ''));
  assert.is((await patient.examine({ dcgm: new URL(url).origin })).works, true);
});

test('a status, a redirect, HTML, half a page and a page without GPUs are told', async () => {
  const examine = async (listener: RequestListener) => patient.examine({ dcgm: await serve(listener) });
  const failed = await examine((_, response) => response.writeHead(500).end(page));
  assert.is(failed.works, false);
  assert.match(failed.detail, /status 500/);
  let followed = false;
  const elsewhere = await serve((_, response) => {
    followed = true;
    response.end(page);
  });
  const moved = await examine((_, response) => response.writeHead(302, { location: elsewhere }).end());
  assert.match(moved.detail, /status 302; it points to /);
  assert.is(followed, false);
  assert.match(
    (await examine((_, response) => response.end('<html></html>'))).detail,
    /is HTML, not metrics/,
  );
  assert.match((await examine((_, response) => response.end('up 1\n'))).detail, /no DCGM_FI_/);
  const half = await examine((_, response) => response.end(page.slice(0, page.length / 2)));
  assert.is(half.works, true);
  assert.match(half.detail, /1 lines could not be read/);
});

test('a server that is slow or never answers is given up', async () => {
  const hurried = createDcgm({ deadlineMs: 50 });
  const never = await serve(() => {});
  assert.match((await hurried.examine({ dcgm: never })).detail, /not answered within 0.05 s/);
  const slow = await serve((_, response) => response.write(page));
  assert.match((await hurried.examine({ dcgm: slow })).detail, /not answered within 0.05 s/);
});

test('a page without an end is given up at its limit', async () => {
  const mebibyte = Buffer.alloc(2 ** 20, 35);
  const url = await serve((_, response) => {
    const write = () => {
      while (!response.destroyed && response.write(mebibyte));
    };
    response.on('drain', write);
    write();
  });
  assert.match((await createDcgm({ deadlineMs: 60_000 }).examine({ dcgm: url })).detail, /more than 16 MiB/);
});

test('a place where nothing is says so, and is written as absent', async () => {
  const url = await deadAddress();
  const writer = new FakeWriter();
  const running = await patient.start(sampling(writer, url));
  await running.stop();
  assert.match(running.why, /Nothing listens/);
  assert.equal(writer.absences, [{ device: null, metric: 'gpus', why: running.why }]);
  assert.is((await patient.examine({ dcgm: '/no/such/page' })).works, false);
  assert.match((await patient.examine({ dcgm: captures })).detail, /not a file/);
});

test('an XID is an event when it changes, and figures of a page that goes away become unknown', async () => {
  const path = join(temporaryDirectory(), 'page');
  const write = (xid: number) =>
    writeFileSync(path, `DCGM_FI_DEV_XID_ERRORS{gpu="0"} ${xid}\nDCGM_FI_DEV_GPU_UTIL{gpu="0"} 5\n`);
  write(31);
  const writer = new FakeWriter();
  const running = await createDcgm({ leastIntervalMs: 1 }).start(sampling(writer, path));
  const xids = () => writer.samples.filter(({ series }) => series.metric === 'xid').map(({ value }) => value);
  const turn = () => new Promise((resolve) => setTimeout(resolve, 2));
  assert.equal(xids(), []);
  write(79);
  while (xids().length === 0) await turn();
  assert.equal(xids(), [79]);
  writeFileSync(path, '<html>');
  while (running.works) await turn();
  await running.stop();
  assert.ok(
    writer.absences.some(
      ({ device, metric, why }) => device === 'gpu0' && metric === 'util' && why === running.why,
    ),
  );
});

test.run();
