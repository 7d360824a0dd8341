import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { dashboardJson, dashboards } from '../../dashboards/grafana/dashboards.ts';
import { chosenSource, type GridPosition } from '../../dashboards/grafana/model.ts';
import { metricFamilies } from '../../src/export/metrics/families.ts';
import { prometheusName } from '../../src/model/metric-names.ts';
import { matchesGolden } from '../support/golden.ts';
import {
  askedExpressions,
  contentsOf,
  grafanaFolder,
  metricsIn,
  promtool,
  type Rule,
  readGrafanaFile,
} from '../support/grafana.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('Grafana dashboards and alert rules');
const withPromtool = needs('promtool', test);

const families = new Map(metricFamilies.map((family) => [prometheusName(family), family]));
const boards = Object.values(dashboards);
const panels = boards.flatMap(contentsOf);
const rules: readonly Rule[] = parse(readGrafanaFile('alerts.yml')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);

test('the files are what their descriptions make', () => {
  for (const [file, dashboard] of Object.entries(dashboards)) {
    matchesGolden(`../../dashboards/grafana/${file}`, dashboardJson(dashboard));
  }
});

test('panels have ids of their own and lie side by side within the page', () => {
  for (const { uid, panels: placed } of boards) {
    assert.is(new Set(placed.map(({ id }) => id)).size, placed.length, uid);
    placed.forEach(({ id, gridPos }, at) => {
      assert.ok(gridPos.x >= 0 && gridPos.w > 0 && gridPos.x + gridPos.w <= 24, `${uid} ${id}`);
      for (const other of placed.slice(at + 1)) {
        assert.not.ok(overlap(gridPos, other.gridPos), `${uid}: ${id} and ${other.id}`);
      }
    });
  }
  assert.is(new Set(boards.map(({ uid }) => uid)).size, boards.length);
  for (const { uid } of boards) assert.match(uid, /^[\w-]{1,40}$/);
});

function overlap(a: GridPosition, b: GridPosition): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

test('each panel says what it shows and to do, and what is unknown is no 0', () => {
  for (const { title, description, datasource, targets, fieldConfig, type } of panels) {
    assert.ok(description.length > 40 && /[.]$/.test(description), title);
    assert.equal(datasource, chosenSource);
    assert.is(fieldConfig.defaults.noValue, 'not known', title);
    assert.is(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
    const overTime = type === 'timeseries' || type === 'state-timeline';
    if (overTime) assert.is(fieldConfig.defaults.custom?.['spanNulls'], false, title);
    for (const target of targets) {
      assert.equal(target.datasource, chosenSource);
      assert.is(target.instant, !overTime, `${title}: a value of this moment is not one of before`);
      assert.not.match(target.expr, /vector\(|absent/, title);
    }
  }
});

test('whatever is put in is a variable of the dashboard or of Grafana itself', () => {
  for (const board of boards) {
    const defined = board.templating.list.map(({ name }) => name);
    const used = [...JSON.stringify(board).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? '');
    assert.ok(used.includes('host'));
    const unknown = used.filter(
      (name) => !defined.includes(name) && !/^__(?:data|url_|rate_|all)/.test(name),
    );
    assert.equal(unknown, [], board.uid);
  }
});

test('links lead to dashboards that are there', () => {
  const uids = boards.map(({ uid }) => uid);
  const leads = [...JSON.stringify(boards).matchAll(/\/d\/([\w-]+)/g)].map(([, uid]) => uid ?? '');
  assert.ok(leads.length > 0);
  for (const uid of leads) assert.ok(uids.includes(uid), uid);
  for (const { tags, links } of boards) assert.equal(links[0]?.['tags'], tags);
});

test('every metric that is asked for exists, and every metric that exists is shown', () => {
  const shown = new Set(askedExpressions().flatMap(({ expr }) => metricsIn(expr)));
  const alerted = rules.flatMap(({ expr }) => metricsIn(expr));
  const chosen = boards.flatMap(({ templating }) => metricsIn(JSON.stringify(templating)));
  const unknown = [...shown, ...alerted, ...chosen].filter((name) => !families.has(name));
  assert.equal(unknown, []);
  assert.equal(
    [...families.keys()].filter((name) => !shown.has(name)),
    [],
  );
  for (const { name, help } of metricFamilies) assert.ok(help.length > 10, name);
});

test('labels in names, matchers and groups are those of the metrics', () => {
  // What Prometheus adds, and what dashboards make.
  const labels = new Set([...metricFamilies.flatMap((family) => family.labels), 'job', 'instance', 'made']);
  const texts = [
    ...panels.flatMap(({ targets }) => targets.map(({ legendFormat }) => legendFormat)),
    ...rules.flatMap(({ annotations }) => Object.values(annotations)),
  ];
  const named = texts.flatMap((text) => [...text.matchAll(/\{\{(\w+)\}\}|\$labels\.(\w+)/g)]);
  for (const [, legend, label] of named) assert.ok(labels.has(legend ?? label ?? ''), legend ?? label);
  const exprs = [...askedExpressions(), ...rules].map(({ expr }) => expr).join('\n');
  const grouped = [...exprs.matchAll(/\b(?:by|on|group_left) \(([^)]*)\)/g)].flatMap(
    ([, list]) => list?.split(', ') ?? [],
  );
  const matched = [...exprs.matchAll(/(\w+)(?:=~|!=|=)"/g)].map(([, label]) => label ?? '');
  assert.ok(grouped.length > 50 && matched.length > 50);
  for (const label of [...grouped, ...matched]) assert.ok(labels.has(label), label);
});

const unitOf: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/^rate\(.*_joules_total/, 'watt'],
  [/^sum .*rate\(.*_seconds_total/, 'percentunit'],
  [/_bytes_per_second\b/, 'Bps'],
  [/_flops_per_second\b/, 'flops'],
  [/_bytes\b/, 'bytes'],
  [/_ratio\b/, 'percentunit'],
  [/_watts\b/, 'watt'],
  [/_hertz\b/, 'hertz'],
  [/_celsius\b/, 'celsius'],
  [/_seconds\b/, 's'],
];

test('a curve has the unit of its metric', () => {
  const curves = panels.filter(({ type }) => type === 'timeseries');
  for (const { title, targets, fieldConfig } of curves) {
    for (const { expr } of targets) {
      const unit = unitOf.find(([ending]) => ending.test(expr))?.[1];
      if (unit !== undefined) assert.is(fieldConfig.defaults.unit, unit, title);
      else assert.ok(['short', 'none'].includes(fieldConfig.defaults.unit), title);
    }
  }
});

test('each alert says how grave it is, what holds and what to do', () => {
  assert.equal(
    rules.map(({ alert }) => alert),
    [...new Set(rules.map(({ alert }) => alert))],
  );
  for (const { alert, labels, annotations } of rules) {
    assert.ok(['critical', 'warning', 'info'].includes(labels['severity'] ?? ''), alert);
    assert.equal(Object.keys(annotations), ['summary', 'description', 'runbook'], alert);
  }
});

withPromtool('Prometheus takes the rules, the example and every expression of the dashboards', () => {
  const rulesFile = promtool(['check', 'rules', '--lint-fatal', join(grafanaFolder, 'alerts.yml')]);
  assert.is(rulesFile.code, 0, rulesFile.output);
  assert.match(rulesFile.output, `SUCCESS: ${rules.length} rules found`);
  const example = promtool(['check', 'config', join(grafanaFolder, 'prometheus.example.yml')]);
  assert.is(example.code, 0, example.output);
  const asked = askedExpressions();
  assert.ok(asked.length > 80);
  const file = join(temporaryDirectory(), 'expressions.yml');
  const recorded = asked.map(({ expr, where }, at) => ({ record: `asked:${at}`, expr, labels: { where } }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'asked', rules: recorded }] }));
  const expressions = promtool(['check', 'rules', file]);
  assert.is(expressions.code, 0, expressions.output);
});

withPromtool('alerts fire at their moment, and only then', () => {
  const { code, output } = promtool(['test', 'rules', join(grafanaFolder, 'alerts-test.yml')]);
  assert.is(code, 0, output);
  const tested: { alertname: string; exp_alerts?: unknown }[] = parse(
    readGrafanaFile('alerts-test.yml'),
  ).tests.flatMap((each: { alert_rule_test: [] }) => each.alert_rule_test);
  for (const { alert } of rules) {
    const own = tested.filter(({ alertname }) => alertname === alert);
    assert.ok(
      own.some(({ exp_alerts }) => exp_alerts !== undefined),
      `${alert} never fires`,
    );
    assert.ok(
      own.some(({ exp_alerts }) => exp_alerts === undefined),
      `${alert} is never silent`,
    );
  }
});

test.run();
