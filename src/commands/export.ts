import { realpathSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Exporter, ExportOptions, Sink } from '../export/exporter.ts';
import { exporterOf, exporters } from '../export/exporters.ts';
import { writeWhole } from '../export/file-sink.ts';
import { streamSink } from '../export/stream-sink.ts';
import { tables } from '../export/tables/index.ts';
import type { TableId } from '../export/tables/table.ts';
import { WarpwatchError } from '../model/errors.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Finish } from './command.ts';
import { openRun } from './open-run.ts';
import { warpwatchVersion } from './version.ts';
import { type Signal, signalExitCodes } from './watch.ts';

interface Options {
  readonly to: string;
  readonly output: string;
  readonly table?: TableId;
  readonly escapeFormulas?: true;
  readonly force?: true;
}

/** What `-o` takes for standard output. */
const standardOutput = '-';

/** `export PATH… --to FORMAT`: a run for other tools. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .argument('<path...>', 'recording or trace; several are the ranks of one training')
    .addOption(
      new Option('--to <format>', 'what to write')
        .choices(exporters.map(({ id }) => id))
        .makeOptionMandatory(),
    )
    .option('-o, --output <file>', 'where to; - is standard output', standardOutput)
    .addOption(
      new Option('--table <table>', `what rows csv and parquet hold (default: ${tables[0]?.id})`).choices(
        tables.map(({ id }) => id),
      ),
    )
    .option('--escape-formulas', "csv: put ' before texts that a spreadsheet takes for formulas")
    .option('--force', 'replace the file if it is there')
    .addHelpText(
      'before',
      'Examples:\n  warpwatch export trace.json.gz --to perfetto -o run.pftrace\n  warpwatch export runs/first --to csv --table steps | head\n  warpwatch export before.sqlite --to parquet -o kernels.parquet\n',
    )
    .addHelpText('after', `\n${list('Formats', exporters)}\n${list('Tables', tables)}`)
    .action(async (paths: string[], options: Options) => {
      const exporter = exporterOf(options.to);
      check(exporter, options, paths);
      const timeline = await openRun(paths);
      for (const sentence of timeline.damage) process.stderr.write(`warpwatch: ${sentence}\n`);
      const signal = await exportRun(timeline, exporter, options);
      if (signal !== null) finish(signalExitCodes[signal]);
    });
}

function list(title: string, rows: readonly { readonly id: string; readonly describes: string }[]): string {
  return `${title}:\n${rows.map(({ id, describes }) => `  ${id.padEnd(12)}${describes}\n`).join('')}`;
}

/** Says what cannot be before a long file is read. */
function check(exporter: Exporter, options: Options, paths: readonly string[]): void {
  if (options.table !== undefined && !exporter.oneTable)
    throw new WarpwatchError('usage', `--table is for csv and parquet; ${exporter.id} holds the whole run.`);
  if (options.escapeFormulas && exporter.id !== 'csv')
    throw new WarpwatchError('usage', `--escape-formulas is for csv; ${exporter.id} has no formulas.`);
  if (options.output === standardOutput && exporter.binary && process.stdout.isTTY) {
    throw new WarpwatchError(
      'usage',
      `${exporter.id} is no text for a terminal; name a file, such as -o run.${exporter.extension}.`,
    );
  }
  if (options.output !== standardOutput && paths.some((path) => samePlace(path, options.output)))
    throw new WarpwatchError('usage', `${options.output} is what is exported; choose another name with -o.`);
}

function samePlace(first: string, second: string): boolean {
  try {
    return realpathSync(first) === realpathSync(second);
  } catch {
    // What is not there is not the same; whoever opens it says so.
    return false;
  }
}

/** Writes the file; an interrupt leaves nothing of it. Returns the signal that came, if one did. */
async function exportRun(timeline: Timeline, exporter: Exporter, options: Options): Promise<Signal | null> {
  const interrupt = new AbortController();
  const onSignal = (signal: Signal) => interrupt.abort(signal);
  const signals = Object.keys(signalExitCodes) as Signal[];
  for (const signal of signals) process.on(signal, onSignal);
  const chosen: ExportOptions = {
    table: options.table ?? 'executions',
    escapeFormulas: options.escapeFormulas ?? false,
    version: warpwatchVersion(),
  };
  const write = (sink: Sink) => exporter.write(timeline, sink, chosen);
  try {
    if (options.output === standardOutput) await write(streamSink(process.stdout, interrupt.signal));
    else await writeWhole(options.output, { force: options.force ?? false, signal: interrupt.signal }, write);
    return null;
  } catch (error) {
    const signal = signals.find((known) => known === error);
    if (signal === undefined) throw error;
    return signal;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
