import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboards } from '../../dashboards/grafana/dashboards.ts';
import type { Dashboard, PanelContent } from '../../dashboards/grafana/model.ts';

/** Where dashboards and rules stand. */
export const grafanaFolder = join(import.meta.dirname, '../../dashboards/grafana');

/** Something that a dashboard asks Prometheus. */
export interface AskedExpression {
  /** The dashboard, the panel and the query. */
  readonly where: string;
  readonly expr: string;
}

/** Panels with a place of their own, without the headings of rows. */
export function contentsOf({ panels }: Dashboard): PanelContent[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? [] : [panel]));
}

/** All that dashboards ask, as Prometheus gets it where everything is chosen. */
export function askedExpressions(): AskedExpression[] {
  return Object.entries(dashboards).flatMap(([file, dashboard]) =>
    contentsOf(dashboard).flatMap(({ title, targets }) =>
      targets.map(({ refId, expr }) => ({
        where: `${file}: ${title}, ${refId}`,
        expr: expr.replaceAll('$__rate_interval', '5s').replaceAll(/\$\w+/g, '.*'),
      })),
    ),
  );
}

/** Names of warpwatch's metrics in an expression. */
export function metricsIn(expr: string): string[] {
  return expr.match(/\bwarpwatch_\w+/g) ?? [];
}

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function readGrafanaFile(name: string): string {
  return readFileSync(join(grafanaFolder, name), 'utf8');
}

/** Runs `promtool WORDS…`; what it prints, on both streams, is part of a failure. */
export function promtool(words: readonly string[], input = ''): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', words, { input, encoding: 'utf8' });
  return { code: status, output: `${stdout}${stderr}` };
}
