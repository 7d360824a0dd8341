import type { DeviceFigures } from '../../src/analysis/device-figures.ts';
import type { DeviceView } from '../../src/analysis/snapshot.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import type { Ratio } from '../../src/model/units.ts';
import { heldBy } from './clocks.ts';
import type { FigureTone, Told } from './tone.ts';

/** A part of the gap bar: from where the one before ends. */
export interface GapPart {
  readonly share: Ratio;
  readonly tone: Extract<FigureTone, 'peak' | 'real' | 'coarse'>;
}

/** What the bar is made of: of a host the means over its GPUs. */
export type GapFigures = Pick<DeviceFigures, 'util' | 'smActive' | 'tensorActive'> &
  Partial<Pick<DeviceFigures, 'kernelBusy' | 'computeThroughput' | 'peakShare'>>;

/**
 * One bar for three figures: how far the arithmetic goes, then the lower and the higher of util and what really ran (SM
 * active, or kernelBusy where there are no counters). On a CPU util can be the lower: kernels run all along, on part of
 * its cores.
 */
export function gapParts(view: GapFigures): GapPart[] {
  const reach = (tone: GapPart['tone'], ...figures: (Measured<Ratio> | undefined)[]) => ({
    upTo: ratioOf(figures.find((figure) => figure !== undefined && isKnown(figure))),
    tone,
  });
  const reaches = [
    reach('peak', view.computeThroughput, view.tensorActive, view.peakShare),
    reach('real', view.smActive, view.kernelBusy),
    reach('coarse', view.util),
  ].sort((one, other) => one.upTo - other.upTo);
  return reaches.map(({ upTo, tone }, index) => ({ share: upTo - (reaches[index - 1]?.upTo ?? 0), tone }));
}

/** The gap in words, and what holds the clocks down. */
export function gapWords(view: DeviceView): Told[] {
  const held = heldBy(view);
  const gap: Told = { text: view.gap, tone: 'gap' };
  if (held === '') return [gap];
  return [gap, { text: `${view.gap === '' ? '' : ' · '}▼ clocks held by ${held}`, tone: 'warn' }];
}

/** How a device stands that does not answer, with the reason: `✖ lost: it fell off the bus`; '' where it is present. */
export function conditionText({ state: { condition, why } }: DeviceView): string {
  if (condition === 'present') return '';
  return `✖ ${condition}${why === '' ? '' : `: ${why}`}`;
}

function ratioOf(measured: Measured<Ratio> | undefined): number {
  if (measured === undefined || !isKnown(measured) || !Number.isFinite(measured.value)) return 0;
  return Math.min(1, Math.max(0, measured.value));
}
