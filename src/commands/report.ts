import { type Command, InvalidArgumentError } from 'commander';
import { isBench, readBench } from '../analysis/bench/read.ts';
import type { Timeline } from '../model/timeline.ts';
import { buildReport, defaultTopKernels } from '../report/build.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { reportText } from '../report/text.ts';
import { tellResult } from './bench/output-options.ts';
import { openRun } from './open-run.ts';
import { writeBenchHtml } from './report/html.ts';

interface ReportOptions {
  readonly json?: true;
  readonly markdown?: true;
  readonly html?: string;
  readonly top: number;
}

/** `report PATH…`: what happened in a run, as text, JSON, Markdown or a page. */
export function declare(command: Command): void {
  command
    .argument(
      '<path...>',
      'a recording, a trace of PyTorch or Nsight Systems, those of several ranks, or a directory of `bench`',
    )
    .option('--json', 'print the report as JSON (schema warpwatch.report/1)')
    .option('--markdown', 'print the report as Markdown')
    .option('--html <file>', 'write the report as one page that opens from disk in a browser')
    .option('--top <count>', 'list so many kernels', parseCount, defaultTopKernels)
    .addHelpText(
      'before',
      'Examples:\n  warpwatch report runs/first\n  warpwatch report trace.json.gz\n  warpwatch report trace.json.gz --html report.html\n  warpwatch report rank*.json.gz --json | jq .steps\n',
    )
    .action(async (paths: readonly string[], options: ReportOptions) => {
      const [path] = paths;
      if (path !== undefined && paths.length === 1 && isBench(path)) {
        await tellBench(path, options);
        return;
      }
      const timeline = await openRun(paths);
      if (options.html !== undefined) {
        await writePage(options.html, timeline, options.top);
        if (!options.json && !options.markdown) return;
      }
      const report = buildReport(timeline, options.top);
      if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      else process.stdout.write(options.markdown ? reportMarkdown(report) : reportText(report));
    });
}

/** As of one run: the page alone prints nothing. */
async function tellBench(directory: string, options: ReportOptions): Promise<void> {
  const result = readBench(directory);
  const { html, json, markdown } = options;
  if (html === undefined || json || markdown) await tellResult(result, options);
  else await writeBenchHtml(html, result);
}

/** Loaded when it is asked for: the text of a report needs none of it. */
async function writePage(file: string, timeline: Timeline, topKernels: number): Promise<void> {
  const { writeHtml } = await import('./report/html.ts');
  await writeHtml(file, timeline, topKernels);
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return value;
}
