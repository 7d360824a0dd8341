import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { DeviceReport } from '../report.ts';
import { compare } from './change.ts';
import type { FigureChange } from './contract.ts';
import { type FigureRow, figureRows } from './figure-table.ts';
import { noiseOfMedians } from './noise.ts';
import type { Part, Side } from './side.ts';

/**
 * Compares every figure of the devices that both runs have.
 * @param expectedKernels kernel time before, scaled to the model of after; undefined where the models are the same
 */
export function compareFigures(
  before: Side,
  after: Side,
  per: 'step' | 'window',
  expectedKernels?: Measured,
): FigureChange[] {
  const positions = Math.min(before.report.devices.length, after.report.devices.length);
  const left = before.report.devices.slice(0, positions);
  const right = after.report.devices.slice(0, positions);
  const ofDevices = figureRows([...left, ...right]).map((row) => {
    const whole = (side: Side, devices: readonly DeviceReport[]) =>
      scale(overDevices(row, devices), row.adds ? 1 / stepsOf(side) : 1);
    const values = (side: Side) => partValues(row, side.parts, positions, per);
    const noise = noiseOfMedians(values(before), values(after), per === 'step' ? 'groups of steps' : 'parts');
    return {
      figure: row.figure,
      unit: row.unit,
      ...compare(
        whole(before, left),
        whole(after, right),
        noise,
        row.wanted,
        row.figure === 'kernelSeconds' ? expectedKernels : undefined,
      ),
      devices: left.map((device, position) => ({
        device: device.id,
        before: scale(row.read(device), row.adds ? 1 / stepsOf(before) : 1),
        after: scale(ofPosition(row, right, position), row.adds ? 1 / stepsOf(after) : 1),
      })),
    };
  });
  const all = per === 'step' ? [...compareWithinSteps(before, after), ...ofDevices] : ofDevices;
  return all.filter(({ before: from, after: to }) => isKnown(from) || isKnown(to));
}

const withinSteps = [
  { figure: 'util', wanted: 'higher' },
  { figure: 'smActive', wanted: 'higher' },
  { figure: 'kernelOccupancy', wanted: 'neither' },
] as const;

/** The figures over steps extended to their device work, as the report has them in `steps`. */
function compareWithinSteps(before: Side, after: Side): FigureChange[] {
  return withinSteps.map(({ figure, wanted }) => {
    const values = ({ parts }: Side) =>
      parts
        .map(({ report }) => report.steps[figure])
        .filter(isKnown)
        .map(({ value }) => value);
    const noise = noiseOfMedians(values(before), values(after), 'groups of steps');
    const change = compare(before.report.steps[figure], after.report.steps[figure], noise, wanted);
    return { figure: `steps.${figure}`, unit: 'ratio' as const, ...change, devices: [] };
  });
}

/** Steps of a side, or 1 where none are compared. */
export function stepsOf({ stepSeconds }: Side): number {
  return Math.max(1, stepSeconds.length);
}

function ofPosition(row: FigureRow, devices: readonly DeviceReport[], position: number): Measured {
  const device = devices[position];
  return device ? row.read(device) : absent('The run has no such device.');
}

/** Mean over the devices, for what adds up the sum; absent as soon as one device does not tell. */
function overDevices(row: FigureRow, devices: readonly DeviceReport[]): Measured {
  let sum = 0;
  let from = '';
  for (const device of devices) {
    const value = row.read(device);
    if (!isKnown(value)) return value;
    sum += value.value;
    from = value.from;
  }
  if (devices.length === 0) return absent('The runs have no device in common.');
  return known(row.adds ? sum : sum / devices.length, from);
}

function scale(value: Measured, factor: number): Measured {
  return isKnown(value) ? known(value.value * factor, value.from) : value;
}

/** The figure in each part of the run that tells it, in the unit in which the whole is told. */
function partValues(
  row: FigureRow,
  parts: readonly Part[],
  positions: number,
  per: 'step' | 'window',
): number[] {
  return parts.flatMap(({ report, steps }) => {
    const value = overDevices(row, report.devices.slice(0, positions));
    if (!isKnown(value)) return [];
    if (!row.adds) return [value.value];
    return [per === 'step' ? value.value / steps : value.value * parts.length];
  });
}
