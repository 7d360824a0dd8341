import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  eventsAddress,
  type LiveMoment,
  type PageAsked,
  packMoment,
  readAsked,
  unpackMoment,
} from '../../dashboards/model/live-stream.ts';
import { shownDevices } from '../../dashboards/model/shown-devices.ts';
import { eachCurve, thinCurve, thinHistory } from '../../dashboards/model/thin-curves.ts';
import { ageText, staleText } from '../../dashboards/web/live/freshness.ts';
import { advanced, type LiveView } from '../../dashboards/web/live/live-view.ts';
import { askedBy, firstUi, pressKey, type Ui } from '../../dashboards/web/live/ui.ts';
import { nothingAsked } from '../../src/analysis/details.ts';
import { gpus } from './gpu-snapshots.ts';
import { running } from './snapshots.ts';

const test = suite('models of the live page');
const anHour = Array.from({ length: 7440 }, (_, index) => index / 2);

test('an hour of histories is thinned to what a chart shows, the newest points whole', () => {
  const values = anHour.map((seconds) => Math.floor(seconds) % 2);
  const curves = eachCurve((name) => (name === 'util' ? values : []));
  const thin = thinHistory({ x: anHour, curves }, 0.5);
  assert.ok(thin.x.length <= 610, `${thin.x.length} points`);
  assert.equal(thin.x.slice(-100), anHour.slice(-100));
  assert.equal(thin.curves.util.slice(-100), values.slice(-100));
  assert.is(thin.curves.util.length, thin.x.length);
  assert.equal(thin.curves.smActive, []);
  // Each old point is the mean of what it stands for.
  assert.ok(thin.curves.util.slice(1, 200).every((value) => Math.abs(value - 0.5) < 0.1));
  const again = thinHistory(thin, 0.5);
  assert.ok(again.x.length >= thin.x.length - 2, 'thinning twice loses nothing more');
  assert.equal(thinHistory({ x: [], curves: eachCurve(() => []) }, 0.5).x, []);
});

test('stretches of which nothing is known stay gaps', () => {
  const values = anHour.map((seconds) => (seconds < 1000 ? Number.NaN : 0.5));
  const thin = thinHistory({ x: anHour, curves: eachCurve(() => values) }, 0.5);
  assert.ok(Number.isNaN(thin.curves.util[5]));
  assert.is(thin.curves.util.at(-1), 0.5);
});

test('a thinned curve of a training keeps spikes, what is not finite, and its newest value', () => {
  const y = Array.from({ length: 50_000 }, (_, step) => 1 + (step % 7) / 100);
  y[12_345] = 99;
  y[23_456] = Number.NaN;
  y[34_567] = -5;
  const x = y.map((_, step) => step);
  const thin = thinCurve({ x, y }, 600);
  assert.ok(thin.y.length <= 620, `${thin.y.length} points`);
  for (const step of [12_345, 23_456, 34_567, 49_999]) assert.ok(thin.x.includes(step), `step ${step}`);
  assert.is(thinCurve(thin, 1000).y, thin.y);
});

function momentOf(tick: number, from: number, whole: boolean): LiveMoment {
  const { devices, ...snapshot } = running(tick);
  return {
    whole,
    run: 'a',
    host: 'node',
    version: '0',
    lookSeconds: 1,
    sources: [],
    denied: '',
    kernelCount: snapshot.kernels.length,
    runs: [],
    snapshot: { ...snapshot, devices: devices.map(({ history: _history, ...view }) => view) },
    histories: devices.map(({ device, history }) => ({
      device: device.id,
      intervalSeconds: 0.5,
      x: history.util.slice(from).map((_, index) => (from + index) / 2),
      curves: eachCurve((name) => (history[name].every(Number.isNaN) ? [] : history[name].slice(from))),
    })),
  };
}

test('moments go on from each other, and what is paused stays as it was', () => {
  const first = advanced(null, momentOf(100, 0, true));
  // The page has two of these points already: it came between two looks.
  const second = advanced(first, momentOf(110, 98, false));
  assert.equal(
    second.times.get('cpu'),
    Array.from({ length: 110 }, (_, index) => index / 2),
  );
  assert.is(second.snapshot.devices[0]?.history.util.length, 110);
  assert.equal(second.snapshot.devices[0]?.history.smActive, []);
  assert.is(first.snapshot.devices[0]?.history.util.length, 100);
  assert.is(advanced(second, momentOf(50, 0, true)).times.get('cpu')?.length, 50);
});

test('a page that stays open for hours keeps the last one', () => {
  let page = advanced(null, momentOf(2, 0, true));
  for (let point = 2; point < 20_000; point += 200) {
    const moment = momentOf(2, 0, false);
    const x = Array.from({ length: 200 }, (_, index) => (point + index) / 2);
    const histories = moment.histories.map((each) => ({
      ...each,
      x,
      curves: eachCurve((name) => (name === 'util' ? x : [])),
    }));
    page = advanced(page, { ...moment, histories });
  }
  const times = page.times.get('cpu') ?? [];
  assert.ok(times.length <= 1500, `${times.length} points`);
  assert.ok((times[0] ?? 0) > 10_000 - 4200 && (times[0] ?? 0) < 10_000 - 3600, `from ${times[0]} s`);
  assert.is(page.snapshot.devices[0]?.history.util.length, times.length);
});

test('nothing of another run of the server stays', () => {
  const hot = {
    ...momentOf(40, 0, true),
    snapshot: { ...momentOf(40, 0, true).snapshot, elapsedSeconds: 5 },
  };
  const lost = hot.snapshot.devices.map((each) => ({
    ...each,
    state: { condition: 'lost', why: '' } as const,
  }));
  const first = advanced(null, { ...hot, snapshot: { ...hot.snapshot, devices: lost } });
  const later = { ...hot, snapshot: { ...hot.snapshot, devices: lost, elapsedSeconds: 9 } };
  const since = (run: string) =>
    advanced(first, { ...later, run }).alerts.map(({ sinceSeconds }) => sinceSeconds);
  assert.equal([since('a'), since('b')], [[5], [9]]);
});

test('a moment is read as it was written', () => {
  const moment = momentOf(20, 0, true);
  assert.equal(unpackMoment(packMoment(moment)), JSON.parse(JSON.stringify(moment)));
});

test('what a page asks for is what the server reads', () => {
  const asked: PageAsked = {
    ...nothingAsked,
    timeline: 'GPU-1/&?=',
    kernels: true,
    runs: true,
    kernel: { device: 'gpu0', name: 'gemm<float, 4> & more' },
  };
  const query = (address: string) => new URL(address, 'http://here').searchParams;
  assert.equal(readAsked(query(eventsAddress(asked, 'a.1'))), asked);
  assert.is(eventsAddress({ ...nothingAsked, kernels: false, runs: false }, ''), '/events');
  assert.is(readAsked(query('/events?path=..%2f..')), null);
});

const view: LiveView = {
  ...advanced(null, momentOf(20, 0, true)),
  snapshot: gpus(3),
};

function after(keys: readonly string[], ui: Ui = firstUi): Ui {
  return keys.reduce((before, key) => pressKey(before, key, view).ui, ui);
}

test('keys are those of the terminal', () => {
  assert.is(after(['4']).page, 'kernels');
  assert.equal([after(['d']).device, after(['D']).device, after(['j', 'j', 'j', 'k']).device], [1, 2, 2]);
  assert.is(after(['Enter']).page, 'gpu');
  assert.is(after(['Enter', 'Escape']).page, 'overview');
  assert.equal(
    [after(['[']), after(['[', '[']), after([']', ']', ']'])].map((ui) => ui.windowSeconds),
    [60, 60, 3600],
  );
  assert.is(after(['s']).sort, 'calls');
  assert.is(after(['3', 's']).processSort, 'util');
  assert.is(after(['3', 'v']).processTree, true);
  assert.is(after(['p']).held, view);
  assert.is(after(['p', 'p']).held, null);
  assert.is(after(['x']), firstUi);
  assert.is(pressKey(firstUi, '/', view).ui.page, 'kernels');
  assert.is(pressKey(firstUi, '/', view).action, 'filter');
  assert.is(after(['Escape'], { ...firstUi, page: 'kernels', filter: 'gemm' }).filter, '');
  assert.is(after(['Escape'], { ...firstUi, help: true }).help, false);
});

test('GPUs stand in the order of their numbers, whichever answered first', () => {
  const { devices, ...rest } = gpus(11);
  const ids = shownDevices({ ...rest, devices: devices.toReversed() }).map(({ device }) => device.id);
  assert.equal(
    ids.slice(-11),
    Array.from({ length: 11 }, (_, index) => `gpu${index}`),
  );
});

test('a page asks only for what it shows', () => {
  assert.equal(askedBy(firstUi, view), { ...nothingAsked, kernels: false, runs: false });
  assert.is(askedBy(after(['5', 'd']), view).timeline, 'gpu1');
  assert.is(askedBy(after(['6']), view).ranks, true);
  assert.is(askedBy(after(['4']), view).kernels, true);
  assert.is(askedBy(after(['7']), view).runs, true);
});

test('figures that are old are never shown as fresh ones', () => {
  const fresh = { connection: 'open', why: '', ageSeconds: 1, lookSeconds: 1 } as const;
  assert.is(staleText(fresh), '');
  assert.is(staleText({ ...fresh, ageSeconds: 60, lookSeconds: 30 }), '');
  assert.match(staleText({ ...fresh, ageSeconds: 12 }), /tells nothing new/);
  assert.is(ageText({ ...fresh, ageSeconds: 12 }), 'These figures are 0:12 old.');
  assert.match(staleText({ ...fresh, connection: 'lost' }), /tried again by itself/);
  assert.match(staleText({ ...fresh, connection: 'lost', why: 'Too many pages.' }), /^Too many pages\.$/);
  assert.is(staleText({ ...fresh, connection: 'connecting', ageSeconds: null }), '');
});

test.run();
