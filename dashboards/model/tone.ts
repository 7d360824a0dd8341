import { isKnown, type Measured } from '../../src/model/measured.ts';
import { unknownMark } from '../../src/model/numbers.ts';

/**
 * What a piece of text means, for whoever draws it. The terminal has a glyph and a colour for each, the page a class;
 * no view relies on colour alone.
 */
export type Tone = 'plain' | 'dim' | 'strong' | 'good' | 'warn' | 'bad' | FigureTone;

/** What a share of a device is about. `coarse` is util, `real` what ran, `peak` what was really used. */
export type FigureTone = 'coarse' | 'real' | 'peak' | 'occupancy' | 'dram' | 'gap';

/** A text as it is shown. */
export interface Told {
  readonly text: string;
  readonly tone: Tone;
}

/** A measured value as it is shown: dim where it is absent, alarming where it is NaN. */
export function told<T>(measured: Measured<T>, format: (value: T) => string, tone: Tone = 'plain'): Told {
  if (!isKnown(measured)) return { text: unknownMark, tone: 'dim' };
  return { text: format(measured.value), tone: Number.isNaN(measured.value) ? 'bad' : tone };
}
