import type { Curve, DeviceView, TrainingView } from '../../../src/analysis/snapshot.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { percent, quantity } from '../../../src/model/numbers.ts';
import type { Seconds } from '../../../src/model/units.ts';
import { curvesOf, inReadingOrder, type ShareCurve, type Stroke } from '../../model/share-curves.ts';
import type { FigureTone } from '../../model/tone.ts';
import { beforeNow, overSteps } from '../charts/chart-axis.ts';
import type { Chart, Line } from '../charts/chart-model.ts';

/** The word that defines a curve, where it has another name there. */
const wordOf: Readonly<Record<string, string>> = {
  'SM active': 'smActive',
  tensor: 'tensorActive',
  'of peak': 'peakShare',
  DRAM: 'dramActive',
};
const colours: Readonly<Record<FigureTone, string>> = {
  coarse: '--l-util',
  real: '--l-smActive',
  peak: '--l-peak',
  dram: '--l-dram',
  occupancy: '--l-occupancy',
  gap: '--warn',
};
const dashes: Readonly<Record<Stroke, readonly number[]>> = {
  line: [],
  dashed: [7, 4],
  dotted: [2, 3],
  area: [],
};

/**
 * Util against the real figures of a device over the last seconds.
 * @param times where the points of its history stand
 * @param all also occupancy and DRAM
 */
export function deviceChart(
  view: DeviceView,
  times: readonly Seconds[],
  windowSeconds: Seconds,
  all: boolean,
): Chart {
  const { device } = view;
  const curves = inReadingOrder(curvesOf(view, all));
  const notes =
    isKnown(view.smActive) || curves.some(({ tone }) => tone === 'real') ? [] : [view.smActive.why];
  return {
    id: `device-${device.id}`,
    title: `${device.id} · ${device.name}`,
    axis: beforeNow,
    lines: lastSeconds(curves, times, windowSeconds),
    isRatio: true,
    isWide: all,
    format: percent,
    notes: notes.map((why) => `SM active: ${why}`),
    stretch: [-windowSeconds, 0],
  };
}

/** Curves over the seconds before the newest of their times. */
export function lastSeconds(
  curves: readonly ShareCurve[],
  times: readonly Seconds[],
  windowSeconds: Seconds,
): Line[] {
  const last = times.at(-1) ?? 0;
  const inside = times.findIndex((seconds) => seconds >= last - windowSeconds);
  // One more, so that the line begins at the edge.
  const from = Math.max(0, inside - 1);
  const x = times.slice(from).map((seconds) => seconds - last);
  return curves.map(({ name, value, values, tone, stroke }) => ({
    word: wordOf[name] ?? name,
    label: name,
    from: isKnown(value) ? value.from : 'before; now unknown',
    x,
    values: values.length === 0 ? x.map(() => null) : values.slice(from).map(finiteOrNull),
    colour: colours[tone],
    dash: dashes[stroke],
    isArea: stroke === 'area',
  }));
}

/** Loss, and accuracy where there is one, over the steps of a training. */
export function trainingCharts({ loss, accuracy }: TrainingView): Chart[] {
  return [
    ...(loss.y.length > 0 ? [curveChart('loss', loss, '--warn', false)] : []),
    ...(accuracy.y.length > 0 ? [curveChart('accuracy', accuracy, '--accent', true)] : []),
  ];
}

function curveChart(name: string, { x, y }: Curve, colour: string, isRatio: boolean): Chart {
  const isBroken = !y.every(Number.isFinite);
  return {
    id: name,
    title: name,
    axis: overSteps,
    lines: [{ word: name, from: 'workload', x, values: y.map(finiteOrNull), colour, dash: [] }],
    isRatio,
    isWide: false,
    format: isRatio ? percent : quantity,
    // A thinned curve does not know how many.
    notes: isBroken ? ['Some of its values are not finite; the line has gaps there.'] : [],
    stretch: [x[0] ?? 0, Math.max((x[0] ?? 0) + 1, x.at(-1) ?? 1)],
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
