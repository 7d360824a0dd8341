import { chosenSource, type Dashboard, type Panel, type PanelContent, type Variable } from './model.ts';

/** Panels side by side that share the width of the page, under a heading. */
export interface Row {
  readonly title: string;
  readonly height: number;
  readonly panels: readonly PanelContent[];
}

export interface DashboardWords {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Besides the data source. */
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

const tag = 'warpwatch';
const pageWidth = 24;

/** A whole dashboard: rows of panels in their places, and links to the others that keep what is chosen. */
export function dashboard({ uid, title, description, variables, rows }: DashboardWords): Dashboard {
  return {
    uid,
    title,
    description,
    tags: [tag],
    schemaVersion: 38,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: [dataSource, ...variables] },
    annotations: { list: [] },
    links: [
      {
        title: tag,
        type: 'dashboards',
        tags: [tag],
        asDropdown: false,
        icon: 'external link',
        includeVars: true,
        keepTime: true,
        targetBlank: false,
        tooltip: '',
        url: '',
      },
    ],
    panels: placed(rows),
  };
}

function placed(rows: readonly Row[]): Panel[] {
  const panels: Panel[] = [];
  let y = 0;
  for (const row of rows) {
    const head = { type: 'row', title: row.title, collapsed: false, panels: [] } as const;
    panels.push({ id: panels.length + 1, gridPos: { x: 0, y, w: pageWidth, h: 1 }, ...head });
    y += 1;
    const w = Math.floor(pageWidth / row.panels.length);
    row.panels.forEach((content, at) => {
      panels.push({ id: panels.length + 1, gridPos: { x: at * w, y, w, h: row.height }, ...content });
    });
    y += row.height;
  }
  return panels;
}

const dataSource: Variable = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: chosenSource.type,
  current: {},
  hide: 0,
  includeAll: false,
  multi: false,
  options: [],
  refresh: 1,
  regex: '',
  skipUrlSync: false,
};

/** Grafana's numbers for the order of values, rising. */
const orders = { byLetters: 1, byNumber: 3 } as const;

/**
 * A variable with the values of a label; any number of them may be chosen.
 * @param name of the label, and of the variable
 * @param selector series that have the label
 */
export function labelVariable(
  name: string,
  title: string,
  selector: string,
  order: keyof typeof orders = 'byLetters',
): Variable {
  return {
    name,
    label: title,
    type: 'query',
    datasource: chosenSource,
    definition: `label_values(${selector}, ${name})`,
    query: {
      qryType: 1,
      query: `label_values(${selector}, ${name})`,
      refId: 'PrometheusVariableQueryEditor-VariableQuery',
    },
    current: { selected: true, text: ['All'], value: ['$__all'] },
    hide: 0,
    includeAll: true,
    // Also series that lack the label.
    allValue: '.*',
    multi: true,
    options: [],
    refresh: 2,
    regex: '',
    skipUrlSync: false,
    sort: orders[order],
  };
}
