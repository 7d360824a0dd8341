import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DcgmDevice, parseDcgm } from '../../../collectors/dcgm/parse.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';

const test = suite('parseDcgm');

const capture = (name: string) =>
  readFileSync(new URL(`../../captures/dcgm/${name}.txt`, import.meta.url), 'utf8');
const mig = capture('a100-mig-2.4');
const renamed = capture('made-up/h100-4.6');

function figure(device: DcgmDevice | undefined, metric: string) {
  return device?.figures.find((one) => one.metric === metric);
}

test('a page gives the figures of a GPU in the units of the metrics', () => {
  const { devices, damagedLines, outOfRange, cut } = parseDcgm(mig);
  assert.equal({ damagedLines, outOfRange, cut }, { damagedLines: 0, outOfRange: 0, cut: false });
  const [gpu] = devices;
  assert.is(gpu?.uuid, 'GPU-34319582-d595-d1c7-d1d2-179bcfa61660');
  assert.is(gpu?.hostname, 'ub20-a100-k8s');
  assert.is(gpu?.mig, null);
  assert.is(figure(gpu, 'tensorActive')?.value, 0.92926);
  assert.is(figure(gpu, 'memoryUsedBytes')?.value, 4845 * 2 ** 20);
  assert.is(figure(gpu, 'energyJoules')?.value, 319_159.391);
  assert.is(figure(gpu, 'pcieReceiveBytesPerSecond')?.value, 97_863_601);
  assert.match(figure(gpu, 'occupancy')?.why ?? '', /leaves DCGM_FI_PROF_SM_OCCUPANCY out/);
  // Without the reserved part the sum would be too small.
  assert.is(figure(gpu, 'memoryTotalBytes')?.value, null);
});

test('a MIG device stands beside its GPU, with counters and without what is of the board', () => {
  const [, slice] = parseDcgm(mig).devices;
  assert.equal(slice?.mig, { instance: 13, profile: '1g.5gb' });
  assert.is(figure(slice, 'dramActive')?.value, 0.800339);
  assert.is(figure(slice, 'powerWatts'), undefined);
});

test('the names of DCGM 4.6, escapes, a time and the other label spelling are read', () => {
  const { devices, outOfRange } = parseDcgm(renamed);
  const [gpu] = devices;
  assert.is(gpu?.hostname, 'made "up" \\ host');
  assert.is(gpu?.pciBusId, '0000:9b:00.0');
  assert.is(gpu?.driver, '580.65.06');
  assert.is(figure(gpu, 'util')?.value, 0.97);
  assert.is(figure(gpu, 'smActive')?.value, 0.41);
  assert.is(figure(gpu, 'powerWatts')?.value, 512.5);
  assert.is(figure(gpu, 'memoryTotalBytes')?.value, 80_559 * 2 ** 20);
  assert.is(figure(gpu, 'xid')?.value, 79);
  assert.is(figure(gpu, 'occupancy')?.value, null);
  assert.is(figure(gpu, 'tensorActive')?.value, null);
  assert.is(outOfRange, 2);
});

test("DCGM's number for unknown is no value", () => {
  const { devices, outOfRange, damagedLines } = parseDcgm(capture('readme-blank'));
  assert.is(figure(devices[0], 'memoryTemperatureCelsius')?.value, null);
  assert.is(figure(devices[0], 'smClockMegahertz')?.value, 139);
  assert.is(outOfRange, 1);
  // The README stands three dots for what it leaves out.
  assert.is(damagedLines, 1);
});

test('a share a little above 1 is rounding; far above it is unknown', () => {
  const share = (value: string) =>
    figure(parseDcgm(`DCGM_FI_PROF_SM_ACTIVE{gpu="0"} ${value}\n`).devices[0], 'smActive')?.value;
  assert.is(share('1.001'), 1);
  assert.is(share('1.2'), null);
  assert.is(share('-0.1'), null);
  assert.is(share('0'), 0);
});

test('a figure that is repeated for each pod is one figure', () => {
  const line = (pod: string) => `DCGM_FI_DEV_GPU_UTIL{gpu="0",pod="${pod}"} 40\n`;
  const { devices } = parseDcgm(line('a') + line('b'));
  assert.is(devices.length, 1);
  assert.is(figure(devices[0], 'util')?.value, 0.4);
});

test('the last line of a page that is cut is not trusted', () => {
  const page = 'DCGM_FI_DEV_GPU_UTIL{gpu="0"} 97';
  assert.is(parseDcgm(page).devices.length, 0);
  assert.is(parseDcgm(page).cut, true);
  assert.is(figure(parseDcgm(`${page}\n`).devices[0], 'util')?.value, 0.97);
});

test('damaged lines are counted and leave the others', () => {
  const { devices, damagedLines } = parseDcgm(
    'DCGM_FI_DEV_GPU_UTIL{gpu="0"\nDCGM_FI_DEV_GPU_UTIL{gpu=0} 5\nDCGM_FI_DEV_GPU_UTIL{gpu="x"} 5\nDCGM_FI_DEV_GPU_UTIL{gpu="0"} 0x10\nDCGM_FI_DEV_GPU_TEMP{gpu="1"} 40\n',
  );
  assert.is(damagedLines, 4);
  assert.is(devices.length, 1);
  assert.is(figure(devices[0], 'temperatureCelsius')?.value, 40);
});

test('a page of HTML is refused with bad-data', () => {
  assert.throws(
    () => parseDcgm('<html><body>Sign in</body></html>'),
    (error: unknown) => error instanceof WarpwatchError && error.code === 'bad-data',
  );
});

test('any prefix of a page is read, and its values are among those of the whole', () => {
  const whole = parseDcgm(mig).devices;
  fc.assert(
    fc.property(fc.nat(mig.length), (end) => {
      for (const device of parseDcgm(mig.slice(0, end)).devices) {
        const same = whole.find(({ mig: slice }) => slice?.instance === device.mig?.instance);
        for (const { metric, value } of device.figures) {
          if (value !== null) assert.is(value, figure(same, metric)?.value);
        }
      }
    }),
  );
});

test('whatever the text is, it is read or refused', () => {
  const line = fc
    .tuple(fc.string(), fc.string(), fc.double())
    .map(([a, b, value]) => `DCGM_FI_DEV_GPU_UTIL{gpu="0",${a}="${b}"} ${value}`);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(line).map((lines) => `${lines.join('\n')}\n`),
      ),
      (text) => {
        try {
          for (const { figures } of parseDcgm(text).devices) {
            for (const { value, why } of figures)
              assert.ok(value === null ? why !== '' : Number.isFinite(value));
          }
        } catch (error) {
          assert.instance(error, WarpwatchError);
        }
      },
    ),
  );
});

test.run();
