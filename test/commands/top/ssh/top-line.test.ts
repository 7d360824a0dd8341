import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { figureNames } from '../../../../src/analysis/device-figures.ts';
import type { Snapshot } from '../../../../src/analysis/snapshot.ts';
import { jsonLine, snapshotJson } from '../../../../src/commands/top/json.ts';
import { parseTopLine } from '../../../../src/commands/top/ssh/top-line.ts';
import { WarpwatchError } from '../../../../src/model/errors.ts';
import { known } from '../../../../src/model/measured.ts';
import { gpus, noCounters } from '../../../dashboards/gpu-snapshots.ts';
import { absentFigures, nanLoss, running, starting } from '../../../dashboards/snapshots.ts';

const test = suite('a line of top --json of another machine');

function lineOf(snapshot: Snapshot): string {
  return jsonLine(snapshotJson(snapshot));
}

/** What must come over of a snapshot. */
function essence(snapshot: Snapshot): object {
  const { devices, host, training, findings, whyNoGpu, title, state, elapsedSeconds, damage } = snapshot;
  return {
    ...{ host, findings, whyNoGpu, title, state, elapsedSeconds, damage },
    devices: devices.map(({ history: _history, ...view }) => view),
    training: training && { ...training, loss: training.loss.y.at(-1), accuracy: training.accuracy.y.at(-1) },
  };
}

test('everything but curves, kernels and details comes over as it was', () => {
  for (const snapshot of [starting, running(), absentFigures(), gpus(8), noCounters]) {
    const read = parseTopLine(lineOf(snapshot));
    assert.equal(essence(read), essence(snapshot));
    assert.equal(read.kernels, []);
    assert.equal(read.devices[0]?.history.util ?? [], []);
  }
});

test('texts that stand for NaN and infinity are read back', () => {
  assert.ok(Number.isNaN(parseTopLine(lineOf(nanLoss())).training?.loss.y[0]));
  const snapshot = gpus(1);
  const [cpu, gpu] = snapshot.devices;
  assert.ok(cpu && gpu);
  const devices = [{ ...gpu, powerWatts: known(Number.POSITIVE_INFINITY, 'nvml') }];
  const read = parseTopLine(lineOf({ ...snapshot, devices }));
  assert.is(read.devices[0]?.powerWatts.value, Number.POSITIVE_INFINITY);
});

test('a line of an older warpwatch, which tells less, is read, and says what is lacking', () => {
  const line = JSON.parse(lineOf(gpus(1)));
  for (const key of ['title', 'message', 'findings', 'sourceTroubles']) delete line[key];
  for (const device of line.devices) for (const key of ['smCount', 'memoryBytes', 'xid']) delete device[key];
  const { devices, findings } = parseTopLine(JSON.stringify(line));
  assert.equal(findings, []);
  const [, gpu] = devices;
  assert.match(gpu?.xid.value === null ? gpu.xid.why : '', 'too old');
  assert.is(gpu?.device.memoryBytes.value, null);
});

test('hostile texts come over without what a terminal would obey', () => {
  const hostile = '\u001b]0;owned\u0007name\u202e';
  const [cpu] = gpus(1).devices;
  assert.ok(cpu);
  const devices = [{ ...cpu, gap: hostile, device: { ...cpu.device, name: hostile, id: `${hostile}id` } }];
  const read = parseTopLine(lineOf({ ...gpus(1), devices, whyNoGpu: [hostile], title: 'x'.repeat(10_000) }));
  assert.equal(
    [read.devices[0]?.gap, read.devices[0]?.device.id, read.whyNoGpu[0]],
    ['name', 'nameid', 'name'],
  );
  assert.ok(read.title.length <= 4096);
});

const refused: readonly (readonly [what: string, line: string, says: RegExp])[] = [
  ['text', 'Welcome to \u001b[31mnode1', /it printed "Welcome to node1", which is no line/],
  ['an object without a schema', '{"devices":[]}', /names no schema/],
  ['another schema', '{"schema":"warpwatch.report/1"}', /names no schema/],
  [
    'a newer version',
    '{"schema":"warpwatch.top/2","devices":1}',
    /speaks warpwatch\.top\/2 and this one warpwatch\.top\/1/,
  ],
  ['a wrong figure', lineOf(gpus(1)).replace(/"util":\{"value":[\d.]+/, '"util":{"value":"much"'), /util/],
  ['nothing', 'null', /names no schema/],
  ['deep nesting', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, /nested too deeply/],
];
for (const [what, line, says] of refused) {
  test(`${what} is refused in words`, () => {
    assert.throws(
      () => parseTopLine(line),
      (error: unknown) => error instanceof WarpwatchError && says.test(error.message),
    );
  });
}

test('whatever stands in a line, it is read or refused with an error of ours', () => {
  const whole = JSON.parse(lineOf(absentFigures()));
  const keys = Object.keys(whole);
  const anything = fc.jsonValue({ maxDepth: 4 });
  const tryIt = (line: string): void => {
    try {
      const { devices } = parseTopLine(line);
      for (const view of devices) for (const name of figureNames) assert.ok('value' in view[name]);
    } catch (error) {
      assert.instance(error, WarpwatchError);
    }
  };
  fc.assert(
    fc.property(fc.constantFrom(...keys), anything, (key, value) =>
      tryIt(JSON.stringify({ ...whole, [key]: value })),
    ),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(whole.devices[0])), anything, (key, value) =>
      tryIt(JSON.stringify({ ...whole, devices: [{ ...whole.devices[0], [key]: value }] })),
    ),
    { numRuns: 200 },
  );
  fc.assert(fc.property(fc.string(), tryIt));
});

test.run();
