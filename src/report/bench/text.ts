import type { BenchResult } from '../../analysis/bench/result.ts';
import { clean } from '../../model/clean-text.ts';
import { byteSize, plural } from '../../model/numbers.ts';
import { stragglersText, transportWords } from '../../model/parallel-text.ts';
import { faultText } from '../text-fault.ts';
import { textTable } from '../text-table.ts';
import { wrapped } from '../wrapped.ts';
import { benchTables } from './tables.ts';

/** Narrower texts are not wrapped any further. */
const leastWidth = 60;

/**
 * A benchmark as plain text, the verdict last, where a terminal shows it.
 * @param width columns of the terminal; tables keep theirs
 */
export function benchText(result: BenchResult, width = 100): string {
  const sentences = (lines: readonly string[]) =>
    lines.flatMap((line) => wrapped(clean(line), Math.max(leastWidth, width))).join('\n');
  return [
    sentences(benchHeading(result)),
    sentences(assumptionLines(result)),
    ...benchTables(result).map(({ heads, rows, notes }) =>
      [textTable([heads, ...rows], [0]), ...notes.map((note) => sentences([`  ${note}`]))].join('\n'),
    ),
    sentences(result.notes.map((note) => `· ${note}`)),
    sentences([...(result.simulation?.answers ?? []), result.verdict.sentence]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** What was run, where and how. */
export function benchHeading({ simulated, workload, host, settings }: BenchResult): string[] {
  const { steps, warmUpSteps, rounds, stragglers, transport } = settings;
  const title = simulated ? 'bench, simulated: nothing here was measured' : 'bench';
  const training = workload
    ? `: ${workload.name} on ${workload.backend}, ${workload.data}${workload.synthetic ? ' (synthetic data)' : ''}, batch ${workload.batchSize}${faultText(workload)}`
    : '';
  const about = [
    host === null ? '' : `${host.cpu}, ${host.cores} cores, ${byteSize(host.memoryBytes)}`,
    transportWords[transport],
    steps > 0 ? `${plural(steps, 'step')} of each replica, the first ${warmUpSteps} not counted` : '',
    plural(rounds, 'round'),
    stragglersText(stragglers),
  ];
  return [`${title}${training}`, `  ${about.filter((part) => part !== '').join('; ')}`];
}

function assumptionLines({ simulation }: BenchResult): string[] {
  if (simulation === undefined) return [];
  return [
    'assumptions (simulated)',
    ...simulation.assumptions.map(({ name, value, from }) => `  ${name}: ${value} (${from})`),
  ];
}
