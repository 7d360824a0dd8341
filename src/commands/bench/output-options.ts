import type { Command } from 'commander';
import type { BenchResult } from '../../analysis/bench/result.ts';
import { benchMarkdown } from '../../report/bench/markdown.ts';
import { benchText } from '../../report/bench/text.ts';
import { writeBenchHtml } from '../report/html.ts';

/** How a result is told; the same whatever was compared. */
export interface OutputOptions {
  readonly json?: true;
  readonly markdown?: true;
  readonly html?: string;
}

export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON (schema warpwatch.bench/1), and nothing else on stdout')
    .option('--markdown', 'print the result as Markdown')
    .option('--html <file>', 'write the result as one page that opens from disk in a browser');
}

/** @throws WarpwatchError where the page cannot be written */
export async function tellResult(result: BenchResult, options: OutputOptions): Promise<void> {
  if (options.html !== undefined) await writeBenchHtml(options.html, result);
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else if (options.markdown) process.stdout.write(benchMarkdown(result));
  else {
    const path = result.source === null ? '' : `\nrecordings ${result.source.path}\n`;
    process.stdout.write(`${benchText(result, process.stdout.columns)}${path}`);
  }
}

export function tellNotes(sentences: readonly string[]): void {
  for (const sentence of sentences) process.stderr.write(`warpwatch: ${sentence}\n`);
}
