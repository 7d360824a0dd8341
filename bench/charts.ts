/** What drawing costs with our own charts in blessed's cells, and with the widgets of blessed-contrib where it is installed. */
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import { frame } from '../dashboards/terminal/frame.ts';
import { themeOf } from '../dashboards/terminal/palette.ts';
import { openScreen } from '../dashboards/terminal/screen.ts';
import { firstUiState } from '../dashboards/terminal/ui-state.ts';
import { running } from '../test/dashboards/snapshots.ts';
import { median, type Row } from './row.ts';

const width = 160;
const height = 45;
const draws = 200;
const points = 120;
const inMemory = { input: process.stdin, ignore: () => undefined };

export async function chartBenchmarks(): Promise<Row[]> {
  const own = drawOwn();
  const row = {
    name: `a frame of ours, ${width}x${height}`,
    value: own,
    unit: 'ms',
    note: `median of ${draws} draws`,
  };
  const contrib = loadContrib();
  if (contrib === null) {
    return [{ ...row, note: `${row.note}; npm install --no-save blessed-contrib compares its widgets` }];
  }
  const theirs = drawContrib(contrib);
  return [
    row,
    { name: 'two lines, a gauge and a table of blessed-contrib', value: theirs, unit: 'ms' },
    { name: 'blessed-contrib over ours', value: theirs / own, unit: 'times' },
  ];
}

/** A terminal that takes everything at once. */
function sink(): Writable {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  return Object.assign(stream, { columns: width, rows: height, isTTY: true });
}

function drawOwn(): number {
  const theme = themeOf({ TERM: 'xterm-256color' });
  const { ignore } = inMemory;
  const screen = openScreen({
    input: inMemory.input,
    output: sink(),
    onKey: ignore,
    onResize: ignore,
    onInterrupt: ignore,
  });
  const times = Array.from({ length: draws }, (_, tick) => {
    const snapshot = running(tick);
    return timed(() => screen.draw(frame(snapshot, firstUiState, width, height, theme)));
  });
  screen.close();
  return median(times);
}

// The two libraries are untyped and optional; only what is called here is named.
interface Widget {
  setData(data: unknown): void;
  setPercent(percent: number): void;
}
interface Contrib {
  readonly grid: new (
    options: object,
  ) => {
    set(row: number, column: number, rows: number, columns: number, widget: unknown, options: object): Widget;
  };
  readonly line: unknown;
  readonly gauge: unknown;
  readonly table: unknown;
}

function loadContrib(): Contrib | null {
  try {
    return createRequire(import.meta.url)('blessed-contrib') as Contrib;
  } catch {
    return null;
  }
}

function drawContrib(contrib: Contrib): number {
  const blessed = createRequire(import.meta.url)('blessed');
  const screen = blessed.screen({
    input: inMemory.input,
    output: sink(),
    terminal: 'xterm-256color',
    forceUnicode: true,
  });
  const grid = new contrib.grid({ rows: 4, cols: 4, screen });
  const lines = [0, 2].map((column) => grid.set(0, column, 2, 2, contrib.line, { maxY: 100 }));
  const gauge = grid.set(2, 0, 2, 1, contrib.gauge, {});
  const table = grid.set(2, 1, 2, 3, contrib.table, { columnWidth: [30, 10, 10, 10] });
  const times = Array.from({ length: draws }, (_, tick) =>
    timed(() => {
      const x = Array.from({ length: points }, (_value, index) => String(index));
      const y = x.map((_value, index) => 50 + 40 * Math.sin((index + tick) / 9));
      for (const line of lines) line.setData([{ x, y }]);
      gauge.setPercent(tick % 100);
      const rows = Array.from({ length: 20 }, (_value, row) => [
        `kernel ${row}`,
        String(tick),
        String(row),
        '1',
      ]);
      table.setData({ headers: ['kernel', 'calls', 'mean', 'share'], data: rows });
      screen.render();
    }),
  );
  screen.destroy();
  return median(times);
}

function timed(body: () => void): number {
  const start = performance.now();
  body();
  return performance.now() - start;
}
