import { type Command, InvalidArgumentError } from 'commander';
import { buildReport, defaultTopKernels } from '../report/build.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { reportText } from '../report/text.ts';
import { openRun } from './open-run.ts';

interface ReportOptions {
  readonly json?: true;
  readonly markdown?: true;
  readonly top: number;
}

/** `report PATH…`: what happened in a run, as text, JSON or Markdown. */
export function declare(command: Command): void {
  command
    .argument('<path...>', 'a recording, a trace of PyTorch or Nsight Systems, or those of several ranks')
    .option('--json', 'print the report as JSON (schema warpwatch.report/1)')
    .option('--markdown', 'print the report as Markdown')
    .option('--top <count>', 'list so many kernels', parseCount, defaultTopKernels)
    .addHelpText(
      'before',
      'Examples:\n  warpwatch report runs/first\n  warpwatch report trace.json.gz\n  warpwatch report rank*.json.gz --json | jq .steps\n',
    )
    .action(async (paths: readonly string[], options: ReportOptions) => {
      const report = buildReport(await openRun(paths), options.top);
      if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      else process.stdout.write(options.markdown ? reportMarkdown(report) : reportText(report));
    });
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return value;
}
