/**
 * The part of Grafana's dashboard model that the dashboards here are made of: schema 38, which Grafana 10 writes and
 * newer ones read (grafana.com/docs, "Dashboard JSON model"). Panels are those that Grafana itself brings along.
 */

/** Ids of Grafana's own table of units. */
export type Unit =
  | 'percentunit'
  | 'bytes'
  | 'Bps'
  | 'watt'
  | 'celsius'
  | 'hertz'
  | 's'
  | 'flops'
  | 'short'
  | 'none'
  /** Milliseconds since 1970 as `5 minutes ago`. */
  | 'dateTimeFromNow';

/** Where a panel and a variable ask: whatever the variable of that name is set to. */
export const chosenSource = { type: 'prometheus', uid: variable('datasource') } as const;

/** What Grafana puts a value in for. */
export function variable(name: string): string {
  return `\${${name}}`;
}

export interface Target {
  readonly refId: string;
  readonly datasource: typeof chosenSource;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'table';
  readonly instant: boolean;
  readonly range: boolean;
}

/** The colour from a value on; the first has none. */
export interface ThresholdStep {
  readonly color: string;
  readonly value: number | null;
}

/** Values in words. */
export interface ValueMapping {
  readonly type: 'value';
  readonly options: Readonly<
    Record<string, { readonly text: string; readonly color: string; readonly index: number }>
  >;
}

export interface FieldDefaults {
  readonly unit: Unit;
  readonly noValue: string;
  readonly min?: number;
  readonly max?: number;
  readonly color: { readonly mode: 'palette-classic' | 'thresholds' };
  readonly thresholds: { readonly mode: 'absolute'; readonly steps: readonly ThresholdStep[] };
  readonly mappings: readonly ValueMapping[];
  readonly custom?: Readonly<Record<string, unknown>>;
}

export interface FieldOverride {
  readonly matcher: { readonly id: 'byName' | 'byFrameRefID'; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** A panel before it has a place. */
export interface PanelContent {
  readonly type: 'timeseries' | 'stat' | 'table' | 'state-timeline';
  readonly title: string;
  readonly description: string;
  readonly datasource: typeof chosenSource;
  readonly targets: readonly Target[];
  readonly fieldConfig: { readonly defaults: FieldDefaults; readonly overrides: readonly FieldOverride[] };
  readonly options: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly { readonly id: string; readonly options: object }[];
}

/** In a grid of 24 columns. */
export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface RowHead {
  readonly type: 'row';
  readonly title: string;
  readonly collapsed: false;
  readonly panels: readonly [];
}

export type Panel = (PanelContent | RowHead) & { readonly id: number; readonly gridPos: GridPosition };

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly type: 'datasource' | 'query';
  readonly query: string | { readonly qryType: 1; readonly query: string; readonly refId: string };
  readonly [setting: string]: unknown;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: 38;
  readonly version: 1;
  readonly editable: true;
  /** A shared crosshair. */
  readonly graphTooltip: 1;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly timezone: 'browser';
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly [] };
  readonly links: readonly Readonly<Record<string, unknown>>[];
  readonly panels: readonly Panel[];
}
