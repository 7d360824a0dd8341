import {
  type Column,
  columnFormat,
  dashed,
  type FieldWords,
  fieldDefaults,
  type Link,
  linked,
  type Scale,
} from './fields.ts';
import { chosenSource, type PanelContent, type Target, type ValueMapping } from './model.ts';

interface PanelWords extends FieldWords {
  readonly title: string;
  /** What the figure is, and what to decide by it. */
  readonly description: string;
}

export interface Query {
  readonly expr: string;
  /** Such as `{{host}} gpu {{gpu}}`. */
  readonly legend: string;
  /** What bounds the others, such as a limit of power: drawn as a dashed line. */
  readonly bound?: true;
}

export interface CurvesPanel extends PanelWords, Scale {
  readonly queries: readonly Query[];
  /** Parts of a whole, one upon the other. */
  readonly stacked?: true;
}

/** Curves over time. A gap in what is known stays a gap. */
export function curves({ queries, stacked, ...panel }: CurvesPanel): PanelContent {
  const custom = {
    drawStyle: 'line',
    lineInterpolation: 'linear',
    lineWidth: 1,
    fillOpacity: stacked ? 40 : 5,
    showPoints: 'auto',
    pointSize: 4,
    spanNulls: false,
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: panel.thresholds === undefined ? 'off' : 'dashed' },
  };
  return {
    ...base('timeseries', panel),
    targets: queries.map(({ expr, legend }, at) => target(at, expr, legend, 'over-time')),
    fieldConfig: {
      defaults: { ...fieldDefaults(panel, 'palette-classic'), custom },
      overrides: queries.flatMap(({ bound }, at) => (bound ? [dashed(refId(at))] : [])),
    },
    options: {
      legend: { showLegend: true, displayMode: 'table', placement: 'bottom', calcs: ['min', 'mean', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

export interface StatesPanel extends Omit<PanelWords, 'unit'> {
  readonly queries: readonly Query[];
  readonly words: ValueMapping;
}

/** Stretches of time by what held in them. */
export function states({ queries, words, ...panel }: StatesPanel): PanelContent {
  const custom = { lineWidth: 0, fillOpacity: 70, spanNulls: false };
  return {
    ...base('state-timeline', panel),
    targets: queries.map(({ expr, legend }, at) => target(at, expr, legend, 'over-time')),
    fieldConfig: {
      defaults: { ...fieldDefaults({ unit: 'none' }, 'thresholds'), mappings: [words], custom },
      overrides: [],
    },
    options: {
      mergeValues: true,
      showValue: 'auto',
      rowHeight: 0.8,
      alignValue: 'left',
      legend: { showLegend: true, displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'single', sort: 'none' },
    },
  };
}

/** A figure of this moment: an older one is not known to hold. */
export function figure({ expr, ...panel }: PanelWords & Scale & { readonly expr: string }): PanelContent {
  return {
    ...base('stat', panel),
    targets: [target(0, expr, '', 'now')],
    fieldConfig: { defaults: fieldDefaults(panel, 'thresholds'), overrides: [] },
    options: {
      colorMode: panel.thresholds === undefined ? 'none' : 'value',
      graphMode: 'none',
      justifyMode: 'auto',
      orientation: 'auto',
      textMode: 'value',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  };
}

export interface TablePanel extends Omit<PanelWords, 'unit'> {
  /** Labels that tell rows apart, in order; the expressions of all columns have these and no others. */
  readonly labels: readonly string[];
  readonly columns: readonly Column[];
  /** Column by which rows are sorted, the greatest first. */
  readonly sortBy: string;
  /** A label and where its values lead to. */
  readonly link?: Link;
}

/** A row for each combination of labels, as it is at this moment. */
export function table({ labels, columns, sortBy, link, ...panel }: TablePanel): PanelContent {
  return {
    ...base('table', panel),
    targets: columns.map(({ expr }, at) => target(at, expr, '', 'table')),
    fieldConfig: {
      defaults: {
        ...fieldDefaults({ unit: 'none' }, 'thresholds'),
        custom: { align: 'auto', cellOptions: { type: 'color-text' } },
      },
      overrides: [...columns.map(columnFormat), ...(link === undefined ? [] : [linked(link)])],
    },
    options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: sortBy, desc: true }] },
    transformations: tableOf(labels, columns),
  };
}

/** The answers of all columns as one table, with the names that columns have here. */
function tableOf(
  labels: readonly string[],
  columns: readonly Column[],
): NonNullable<PanelContent['transformations']> {
  // Grafana numbers the values of several queries only.
  const valueName = (at: number) => (columns.length === 1 ? 'Value' : `Value #${refId(at)}`);
  const order = [...labels, ...columns.map((_, at) => valueName(at))];
  return [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(order.map((name, at) => [name, at])),
        renameByName: Object.fromEntries(columns.map(({ name }, at) => [valueName(at), name])),
      },
    },
  ];
}

function base(
  type: PanelContent['type'],
  { title, description }: Omit<PanelWords, 'unit'>,
): Pick<PanelContent, 'type' | 'title' | 'description' | 'datasource'> {
  return { type, title, description, datasource: chosenSource };
}

function target(at: number, expr: string, legendFormat: string, when: 'over-time' | 'now' | 'table'): Target {
  const instant = when !== 'over-time';
  const format = when === 'table' ? 'table' : 'time_series';
  return { refId: refId(at), datasource: chosenSource, expr, legendFormat, format, instant, range: !instant };
}

/** `A`, `B`, …: names of queries. */
function refId(at: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + at);
}
