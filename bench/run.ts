/**
 * Runs every group of benchmarks (or those named as arguments), each in a process of its own, prints the figures and
 * keeps them in bench/results/, with the machine they were taken on.
 */
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.ts';

/** A new group is a file here and a line in this table. */
const groups: Readonly<Record<string, () => Promise<Row[]>>> = {
  startup: async () => (await import('./startup.ts')).startupBenchmarks(),
  recording: async () => (await import('./recording.ts')).recordingBenchmarks(),
  backend: async () => (await import('./backend.ts')).backendBenchmarks(),
  resnet: async () => (await import('./resnet.ts')).resnetBenchmarks(),
  workloads: async () => (await import('./workloads.ts')).workloadBenchmarks(),
  input: async () => (await import('./input.ts')).inputBenchmarks(),
  instrumentation: async () => (await import('./instrumentation.ts')).instrumentationBenchmarks(),
  health: async () => (await import('./health.ts')).healthBenchmarks(),
  host: async () => (await import('./host.ts')).hostBenchmarks(),
  import: async () => (await import('./import.ts')).importBenchmarks(),
  analysis: async () => (await import('./analysis.ts')).analysisBenchmarks(),
  charts: async () => (await import('./charts.ts')).chartBenchmarks(),
  telemetry: async () => (await import('./telemetry.ts')).telemetryBenchmarks(),
  serve: async () => (await import('./serve.ts')).serveBenchmarks(),
  dashboard: async () => (await import('./dashboard.ts')).dashboardBenchmarks(),
  agent: async () => (await import('./agent.ts')).agentBenchmarks(),
  export: async () => (await import('./export.ts')).exportBenchmarks(),
  webgpu: async () => (await import('./webgpu.ts')).webGpuBenchmarks(),
  html: async () => (await import('./html.ts')).htmlBenchmarks(),
  parallel: async () => (await import('./parallel.ts')).parallelBenchmarks(),
  mpi: async () => (await import('./mpi.ts')).mpiBenchmarks(),
  simulator: async () => (await import('./simulator.ts')).simulatorBenchmarks(),
  fleet: async () => (await import('./fleet.ts')).fleetBenchmarks(),
};

const groupVariable = 'WARPWATCH_BENCH_GROUP';
const own = process.env[groupVariable];
if (own !== undefined && process.send) {
  process.send((await groups[own]?.()) ?? [], () => process.exit(0));
} else {
  await runGroups(process.argv.slice(2));
}

async function runGroups(asked: readonly string[]): Promise<void> {
  const unknown = asked.filter((name) => !(name in groups));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no group ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}.\n`,
    );
    process.exit(2);
  }
  const results: [string, Row[]][] = [];
  for (const name of asked.length > 0 ? asked : Object.keys(groups)) {
    const rows = await runGroup(name);
    results.push([name, rows]);
    process.stdout.write(`\n${name}\n${rows.map(rowText).join('\n')}\n`);
  }
  keep(results, asked.length === 0);
}

function runGroup(name: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), {
      env: { ...process.env, [groupVariable]: name },
      // Memory is compared after a collection.
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    child.once('message', (rows) => resolve(rows as Row[]));
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
  });
}

function rowText({ name, value, unit, target, holds, note }: Row): string {
  const verdict = target === undefined ? '' : `  ${holds ? 'holds' : 'MISSED'} (${target})`;
  return `  ${name.padEnd(58)} ${formatValue(value).padStart(10)} ${unit}${verdict}${note === undefined ? '' : `  ${note}`}`;
}

function formatValue(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  // A ratio near 1 is told by its third decimal.
  return value.toPrecision(size >= 0.9 && size < 10 ? 4 : 3);
}

/**
 * Keeps a run as Markdown, one file a kind of machine. Of one that is not whole its groups take the place of those that were
 * kept before.
 */
function keep(results: readonly [string, Row[]][], isWhole: boolean): void {
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const date = new Date().toISOString().slice(0, 10);
  const measured = new Map(results.map(([name, rows]) => [name, section(name, rows)]));
  const directory = join(import.meta.dirname, 'results');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${machine.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.md`);
  const before = isWhole ? new Map<string, string>() : sectionsOf(file);
  const sections = Object.keys(groups).flatMap((name) => measured.get(name) ?? before.get(name) ?? []);
  const text = `# Benchmarks\n\n${machine}; ${process.platform} ${process.arch}; Node ${process.versions.node}; ${date}.\n\n${sections.join('\n\n')}\n`;
  writeFileSync(file, text);
  process.stdout.write(`\nkept in ${file}\n`);
}

function section(name: string, rows: readonly Row[]): string {
  return [
    `## ${name}`,
    '',
    '| figure | value | unit | target | |',
    '| --- | ---: | --- | --- | --- |',
    ...rows.map(tableRow),
  ].join('\n');
}

/** What a file of results holds, by group. */
function sectionsOf(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map();
  const [, ...kept] = readFileSync(file, 'utf8').split(/^(?=## )/m);
  return new Map(kept.map((text) => [text.slice(3, text.indexOf('\n')), text.trimEnd()]));
}

function tableRow({ name, value, unit, target, holds, note }: Row): string {
  const verdict = target === undefined ? '' : `${target} ${holds ? '✓' : '✗'}`;
  return `| ${name} | ${formatValue(value)} | ${unit} | ${verdict} | ${note ?? ''} |`;
}
