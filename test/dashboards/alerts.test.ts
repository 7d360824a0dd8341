import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { activeAlerts, alertRules, defaultAlertLimits, noAlertState } from '../../dashboards/model/alerts.ts';
import type { DeviceView, Snapshot } from '../../src/analysis/snapshot.ts';
import { absent, known } from '../../src/model/measured.ts';
import { running } from './snapshots.ts';

const test = suite('alerts');
const calm: Partial<DeviceView> = {
  state: { condition: 'present', why: '' },
  util: known(0.5, 'nvml'),
  smActive: known(0.4, 'nvml.gpm'),
  temperatureCelsius: known(89, 'nvml'),
  memoryUsedBytes: known(97, 'nvml'),
  memoryTotalBytes: known(100, 'nvml'),
  eccUncorrectedErrors: known(0, 'nvml'),
  throttleReasons: known(0x1 | 0x4 | 0x80, 'nvml'),
};

/** A run with one device that has nothing to warn of but what is given. */
function moment(figures: Partial<DeviceView>, elapsedSeconds = 10): Snapshot {
  const { devices, ...rest } = running();
  const views = devices.slice(0, 1).map(
    (view): DeviceView => ({
      ...view,
      ...calm,
      ...figures,
      device: { ...view.device, id: 'gpu0' },
    }),
  );
  return { ...rest, elapsedSeconds, training: null, devices: views };
}

function texts(snapshot: Snapshot): string[] {
  return activeAlerts(snapshot, noAlertState).alerts.map((alert) => `${alert.device}: ${alert.text}`);
}

test('a device within its limits raises none', () => {
  assert.equal(texts(moment({})), []);
});

for (const [what, figures, told] of [
  ['heat, at the limit itself', { temperatureCelsius: known(90, 'nvml') }, 'gpu0: 90 °C or hotter'],
  ['memory that is nearly full', { memoryUsedBytes: known(98, 'nvml') }, 'gpu0: memory is nearly full'],
  ['one error', { eccUncorrectedErrors: known(1, 'nvml') }, 'gpu0: memory errors that ECC could not correct'],
  [
    'a software thermal slowdown',
    { throttleReasons: known(0x24, 'nvml') },
    'gpu0: clocks are held down by heat',
  ],
  [
    'a hardware thermal slowdown',
    { throttleReasons: known(0x40, 'nvml') },
    'gpu0: clocks are held down by heat',
  ],
  [
    'a device that is gone, in its own words',
    { state: { condition: 'lost', why: 'It fell off the bus.' } },
    'gpu0: It fell off the bus.',
  ],
] as const) {
  test(`${what} raises one`, () => {
    assert.equal(texts(moment(figures)), [told]);
  });
}

test('what is not known raises none', () => {
  const why = absent('The driver does not say.');
  const unknown = {
    util: why,
    smActive: why,
    temperatureCelsius: why,
    memoryUsedBytes: why,
    memoryTotalBytes: known(0, 'nvml'),
    eccUncorrectedErrors: why,
    throttleReasons: why,
  };
  assert.equal(texts(moment(unknown)), []);
});

test('the old figures of a device that is gone raise nothing more', () => {
  const gone = moment({ state: { condition: 'removed', why: '' }, temperatureCelsius: known(99, 'nvml') });
  assert.equal(texts(gone), ['gpu0: is removed']);
});

test('busy but empty has to last, without a break', () => {
  const empty = { util: known(0.97, 'nvml'), smActive: known(0.1, 'nvml.gpm') };
  let state = noAlertState;
  const at = (seconds: number, figures: Partial<DeviceView>): number => {
    const found = activeAlerts(moment(figures, seconds), state);
    state = found.state;
    return found.alerts.length;
  };
  assert.equal([at(100, empty), at(159, empty), at(160, empty)], [0, 0, 1]);
  assert.is(at(161, { ...empty, smActive: known(0.15, 'nvml.gpm') }), 0);
  assert.equal([at(162, empty), at(200, empty), at(222, empty)], [0, 0, 1]);
  // A replay that is moved back begins anew.
  assert.equal([at(50, empty), at(109, empty), at(110, empty)], [0, 0, 1]);
});

test('an alert keeps the time at which it began', () => {
  const hot = { temperatureCelsius: known(95, 'nvml') };
  const first = activeAlerts(moment(hot, 20), noAlertState);
  const second = activeAlerts(moment(hot, 30), first.state);
  assert.equal(second.alerts, [{ device: 'gpu0', text: '90 °C or hotter', sinceSeconds: 20 }]);
});

test('a loss that is not finite belongs to the run', () => {
  const { training } = running();
  assert.ok(training);
  for (const last of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const broken = { ...moment({}), training: { ...training, loss: { x: [1, 2], y: [3, last] } } };
    assert.equal(texts(broken), [': the loss is not a finite number']);
  }
  assert.equal(texts({ ...moment({}), training }), []);
});

test('limits can be set', () => {
  const rules = alertRules({ ...defaultAlertLimits, temperatureCelsius: 70 });
  const warm = moment({ temperatureCelsius: known(72, 'nvml') });
  assert.is(activeAlerts(warm, noAlertState, rules).alerts[0]?.text, '70 °C or hotter');
});

test.run();
