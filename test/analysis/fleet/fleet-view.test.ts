import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nothingAsked } from '../../../src/analysis/details.ts';
import { type FleetSort, fleetOrders, orderFleet } from '../../../src/analysis/fleet/fleet-order.ts';
import { fleetSnapshot } from '../../../src/analysis/fleet/fleet-snapshot.ts';
import { type FleetRow, fleetView } from '../../../src/analysis/fleet/fleet-view.ts';
import { isKnown, known } from '../../../src/model/measured.ts';
import { fleetMoment, machine, member, mixedFleet } from '../../dashboards/fleet-moments.ts';
import { running } from '../../dashboards/snapshots.ts';

const test = suite('view of a fleet');
const { rows } = fleetView(mixedFleet, null);

function rowOf(host: string): FleetRow {
  const row = rows.find((each) => each.host === host);
  if (row === undefined) throw new Error(`${host} is not in the fleet.`);
  return row;
}

test('the widest gap comes first, then hosts whose gap is not known by util, then those that are not up', () => {
  assert.equal(
    rows.map(({ host }) => host),
    ['node5', 'node2', 'node3', 'node1', 'node4', 'node10', 'node6', 'node7', 'node8'],
  );
});

test('figures are means and sums over the GPUs, and say so', () => {
  const row = rowOf('node2');
  assert.equal(row.util, { value: (0.97 + 0.92) / 2, from: 'nvml, mean of 2 GPUs' });
  assert.is(row.gap.value?.toFixed(4), ((0.56 + 0.86) / 2).toFixed(4));
  assert.is(isKnown(row.gap) && row.gap.from, 'derived from nvml and nvml.gpm, mean of 2 GPUs');
  const powers =
    mixedFleet.members[1]?.snapshot?.devices.map(({ powerWatts }) => powerWatts.value ?? 0) ?? [];
  assert.is(
    row.powerWatts.value,
    powers.reduce((sum, watts) => sum + watts, 0),
  );
  assert.equal([row.worst?.id, row.worst?.util, row.worst?.smActive], ['gpu1', 0.92, 0.06]);
  assert.is(row.words, 'gpu1: busy by util, but on hardly any of its SMs');
  assert.equal(row.models, ['NVIDIA H200']);
});

test('a mean over some GPUs says over how many, and who does not answer is named', () => {
  const row = rowOf('node3');
  assert.equal(row.util, { value: 0.98, from: 'nvml, mean of 1 of 2 GPUs' });
  assert.equal(row.gone, ['gpu1 lost']);
  assert.is(row.gpus, 2);
});

test('what no GPU tells is absent for the reason of its source', () => {
  const row = rowOf('node4');
  assert.is(row.smActive.value, null);
  assert.match(isKnown(row.gap) ? '' : row.gap.why, 'GPM needs Hopper');
  assert.is(rowOf('node10').words, 'The NVIDIA driver is not loaded; install the driver.');
  assert.is(rowOf('node10').powerWatts.value, null);
});

test('a host that is not up has no figure, whatever it told before, and keeps its age', () => {
  const row = rowOf('node6');
  for (const figure of [row.util, row.gap, row.powerWatts, row.temperatureCelsius])
    assert.is(figure.value, null);
  assert.is(row.ageSeconds, 35);
  assert.match(row.words, 'Connection refused');
  assert.is(rowOf('node8').words, 'node8 has not spoken yet.');
});

test('the samples of its training stand in the row of a host', () => {
  assert.equal(rowOf('node5').samplesPerSecond, known(1234, 'workload'));
  assert.is(rowOf('node1').samplesPerSecond.value, null);
  const ended = fleetMoment([member('a', { ...running(), state: 'ended' })]);
  assert.match(fleetView(ended, null).rows[0]?.training ?? '', /\(synthetic data\): ended$/);
});

test('each order and the filter keep what they should', () => {
  const hosts = (sort: FleetSort, filter = ''): string[] =>
    orderFleet(rows, sort, filter).map(({ host }) => host);
  assert.equal(hosts('host').slice(-2), ['node8', 'node10']);
  assert.equal(hosts('condition').slice(0, 4), ['node6', 'node7', 'node8', 'node3']);
  assert.is(hosts('samples/s')[0], 'node5');
  assert.is(hosts('util')[0], 'node1');
  assert.equal(hosts('gap', 'A10G'), ['node4']);
  assert.equal(hosts('gap', 'down'), ['node6']);
  assert.equal(hosts('gap', ' NVIDIA_gpu_exporter'), ['node4']);
  for (const sort of Object.keys(fleetOrders)) assert.is(hosts(sort as FleetSort).length, rows.length);
});

test('the order holds for whatever is known of any host, and equal hosts stay as they stand', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(share, share), { maxLength: 30 }), (shares) => {
      const moment = fleetMoment(
        shares.map(([util, smActive], index) => member(`h${index}`, machine([util, smActive, '']))),
      );
      const ordered = fleetView(moment, null).rows;
      const places = ordered.map(({ host }) => Number(host.slice(1)));
      for (const [at, row] of ordered.entries()) {
        const after = ordered[at + 1];
        if (after === undefined) continue;
        const width = (row.gap.value ?? -2) - (after.gap.value ?? -2);
        assert.ok(width >= 0);
        if (width === 0 && row.util.value === after.util.value)
          assert.ok((places[at] ?? 0) < (places[at + 1] ?? 0));
      }
    }),
    { numRuns: 50 },
  );
});

test('the snapshot of no host is of the fleet as a whole: its hosts, and no device', () => {
  const snapshot = fleetSnapshot(mixedFleet, nothingAsked, 12);
  assert.is(snapshot.title, 'fleet of 9 hosts');
  assert.equal(snapshot.devices, []);
  assert.is(snapshot.details.fleet?.rows.length, 9);
  assert.is(snapshot.details.fleet?.open, null);
  assert.is(snapshot.elapsedSeconds, 12);
});

test('the snapshot of a host is its own under its name, with the fleet beside it', () => {
  const snapshot = fleetSnapshot(
    mixedFleet,
    { ...nothingAsked, host: 'node2', ranks: true, timeline: 'gpu0' },
    12,
  );
  assert.equal([snapshot.title, snapshot.elapsedSeconds], ['node2', 12]);
  const { details, title } = fleetSnapshot(mixedFleet, { ...nothingAsked, host: 'node5' }, 12);
  assert.match(title, /^node5: ./);
  assert.match(details.fleet?.open?.training ?? '', '(synthetic data)');
  assert.is(snapshot.devices.length, 2);
  assert.is(snapshot.devices[1]?.smActive.value, 0.06);
  assert.is(snapshot.details.fleet?.open?.host, 'node2');
  assert.match(snapshot.details.timeline?.why ?? '', 'not brought over');
  assert.equal(snapshot.details.ranks, []);
});

test('the last word of a host that is down shows no figure as its present', () => {
  const snapshot = fleetSnapshot(mixedFleet, { ...nothingAsked, host: 'node6' }, 12);
  const [gpu] = snapshot.devices;
  assert.is(gpu?.device.name, 'NVIDIA H200');
  assert.is(gpu?.util.value, null);
  assert.is(gpu?.processes, null);
  assert.is(snapshot.host.cpuUtil.value, null);
  assert.equal(fleetSnapshot(mixedFleet, { ...nothingAsked, host: 'node8' }, 12).devices, []);
  assert.is(fleetSnapshot(mixedFleet, { ...nothingAsked, host: 'nobody' }, 12).title, 'fleet of 9 hosts');
});

test.run();
