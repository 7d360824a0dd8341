import type { FieldDefaults, FieldOverride, ThresholdStep, Unit, ValueMapping } from './model.ts';

/** What stands where there is no value: nobody is to take it for 0. */
const notKnown = 'not known';

export interface FieldWords {
  readonly unit: Unit;
}

export interface Scale {
  readonly min?: number;
  readonly max?: number;
  readonly thresholds?: readonly ThresholdStep[];
}

/** Of a table. */
export interface Column extends FieldWords, Scale {
  readonly name: string;
  readonly expr: string;
  readonly words?: ValueMapping;
  /** What stands where a row has none, if that is not `not known`. */
  readonly none?: string;
}

/** A label of a table, and where its values lead to. */
export interface Link {
  readonly label: string;
  readonly title: string;
  readonly url: string;
}

/** How values of a panel are written, where nothing else is said of one of them. */
export function fieldDefaults(
  { unit, min, max, thresholds }: FieldWords & Scale,
  color: FieldDefaults['color']['mode'],
): FieldDefaults {
  return {
    unit,
    noValue: notKnown,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    color: { mode: color },
    thresholds: { mode: 'absolute', steps: thresholds ?? [{ color: 'text', value: null }] },
    mappings: [],
  };
}

/** Whatever bounds the others is a dashed line. */
export function dashed(query: string): FieldOverride {
  return {
    matcher: { id: 'byFrameRefID', options: query },
    properties: [
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
      { id: 'custom.fillOpacity', value: 0 },
    ],
  };
}

/** How a column of a table is written. */
export function columnFormat({ name, unit, min, max, thresholds, words, none }: Column): FieldOverride {
  const properties: readonly (readonly [id: string, value: unknown])[] = [
    ['unit', unit],
    ['min', min],
    ['max', max],
    ['thresholds', thresholds && { mode: 'absolute', steps: thresholds }],
    ['mappings', words && [words]],
    ['noValue', none],
  ];
  return {
    matcher: { id: 'byName', options: name },
    properties: properties.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value })),
  };
}

/** A column whose cells lead elsewhere. */
export function linked({ label, title, url }: Link): FieldOverride {
  return {
    matcher: { id: 'byName', options: label },
    properties: [{ id: 'links', value: [{ title, url }] }],
  };
}

/** Words for the two values of a state. */
export function yesNo(
  one: readonly [text: string, color: string],
  zero: readonly [text: string, color: string],
): ValueMapping {
  const [oneText, oneColor] = one;
  const [zeroText, zeroColor] = zero;
  return {
    type: 'value',
    options: {
      0: { text: zeroText, color: zeroColor, index: 0 },
      1: { text: oneText, color: oneColor, index: 1 },
    },
  };
}

/** Colours from a value on, in rising order; the first colour holds below all of them. */
export function colours(
  first: string,
  ...rest: readonly (readonly [from: number, color: string])[]
): readonly ThresholdStep[] {
  return [{ color: first, value: null }, ...rest.map(([value, color]) => ({ color, value }))];
}
