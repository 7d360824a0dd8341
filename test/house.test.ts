import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('house');
const root = dirname(import.meta.dirname);
const topFolders = ['src', 'collectors', 'dashboards', 'workloads'];

/** What each room may import from, besides itself. `docs` of the design: imports run one way. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/model': [],
  'src/recording': ['src/model'],
  'src/analysis': ['src/model', 'src/recording'],
  'src/report': ['src/model', 'src/recording', 'src/analysis'],
  'src/export': ['src/model', 'src/recording', 'src/analysis'],
  'dashboards/model': ['src/model', 'src/recording', 'src/analysis'],
  // The page draws the JSON contract, from data that the report packs for it.
  'dashboards/web': ['src/model', 'src/recording', 'src/analysis', 'src/report', 'dashboards/model'],
  dashboards: ['src/model', 'src/recording', 'src/analysis', 'dashboards/model'],
  collectors: ['src/model', 'src/recording'],
  workloads: ['src/model', 'src/recording'],
  'src/commands': [
    'src/model',
    'src/recording',
    'src/analysis',
    'src/report',
    'src/export',
    'collectors',
    'dashboards/model',
    'dashboards',
    'workloads',
  ],
};

/** Packages that one room alone may load, so that no other pays for them. */
const packageRooms: Readonly<Record<string, string | readonly string[]>> = {
  blessed: 'dashboards/terminal/screen.ts',
  commander: 'src/commands',
  systeminformation: 'collectors/host',
  koffi: ['collectors/nvml', 'collectors/output/terminal.ts', 'workloads/parallel/transports/mpi'],
  'node-nvidia-smi': 'collectors/nvidia-smi',
  '@tensorflow': 'workloads',
  webgpu: 'workloads/backends/webgpu',
  'jpeg-js': 'workloads/data',
  pngjs: 'workloads/data',
  xml2js: 'workloads/data',
  'node-sqlite3-wasm': 'collectors/traces/nsys',
  'hyparquet-writer': 'src/export',
  pbf: 'src/export',
  'csv-stringify': 'src/export',
  'prom-client': 'src/export/metrics',
  '@opentelemetry': 'src/export/metrics',
  yaml: 'src/commands/serve',
  bcryptjs: 'src/commands/serve',
  uplot: 'dashboards/web/charts',
  esbuild: 'dashboards/web',
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
  /** Loaded when the line is reached, not with the file. */
  readonly lazy: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map(([, typeOnly, from, bare, lazy]) => {
    const named = from ?? bare ?? lazy ?? '';
    const target = named.startsWith('.') ? relative(root, resolve(root, dirname(file), named)) : named;
    return { file, target, typeOnly: typeOnly !== undefined, lazy: lazy !== undefined };
  });
}

function roomOf(path: string): string {
  return Object.keys(mayImport).find((room) => path.startsWith(`${room}/`)) ?? '';
}

const imports = topFolders.flatMap(sourceFiles).flatMap(importsOf);

test('every source file stands in a room', () => {
  for (const file of topFolders.flatMap(sourceFiles)) assert.is.not(roomOf(file), '', file);
});

test('imports run one way', () => {
  const own = imports.filter(({ target }) => target.endsWith('.ts'));
  assert.ok(own.length > 300, 'the pattern finds imports');
  const wrong = own.filter(({ file, target }) => {
    const from = roomOf(file);
    const to = roomOf(target);
    return from !== to && !mayImport[from]?.includes(to);
  });
  assert.equal(wrong, []);
});

test('each package is loaded in its own room', () => {
  const wrong = imports.filter(({ file, target, typeOnly }) => {
    const owner = Object.entries(packageRooms).find(
      ([name]) => target === name || target.startsWith(`${name}/`),
    );
    return owner !== undefined && !typeOnly && ![owner[1]].flat().some((room) => file.startsWith(room));
  });
  assert.equal(wrong, []);
});

test('verbs load TensorFlow.js and the screen library only when they need them', () => {
  const reached = new Set<string>();
  const reach = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { file: from, target, lazy, typeOnly } of imports)
      if (from === file && !lazy && !typeOnly) reach(target);
  };
  const verbFiles = sourceFiles('src/commands').filter((file) => file.split('/').length === 3);
  assert.ok(verbFiles.includes('src/commands/train.ts'));
  for (const file of verbFiles) reach(file);
  const heavy = [...reached].filter(
    (name) => name.startsWith('@tensorflow') || name === 'dashboards/terminal/screen.ts',
  );
  assert.equal(heavy, []);
});

function filesThat(pattern: RegExp): string[] {
  return topFolders
    .flatMap(sourceFiles)
    .filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));
}

test('only the command line ends the process, and only a confirmed key signals another', () => {
  assert.equal(filesThat(/\bprocess\.(?:exit|abort|reallyExit)\(/), ['src/commands/cli.ts']);
  assert.equal(filesThat(/\bexitNow\(/).sort(), ['collectors/nvml/exit-now.ts', 'src/commands/cli.ts']);
  // And nvidia-smi that hangs is killed with what it started.
  assert.equal(filesThat(/\bprocess\.kill\(/).sort(), [
    'collectors/nvidia-smi/ask.ts',
    'src/commands/top/control.ts',
  ]);
});

test('no file is longer than 300 lines', () => {
  for (const file of [...topFolders, 'test', 'bench'].flatMap(sourceFiles)) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
    assert.ok(lines <= 300, `${file} has ${lines} lines`);
  }
});

test.run();
