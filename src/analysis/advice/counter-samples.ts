import { isKnown, type Measured } from '../../model/measured.ts';
import { type CounterFigures, type Judgement, judgeCounters } from '../counter-judgement.ts';
import { pipes } from '../device-view.ts';
import type { GpuSamples } from './by-gpu.ts';
import { percent } from './finding.ts';

/** How a GPU worked by the means of its counters, and those. */
export function judgeSamples(samples: GpuSamples): {
  readonly judgement: Judgement | null;
  readonly figures: CounterFigures;
} {
  const means = pipes.map((pipe) => samples.mean(pipe)).sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
  const [busiest] = means;
  const figures: CounterFigures = {
    util: samples.mean('util'),
    graphicsActive: samples.mean('graphicsActive'),
    smActive: samples.mean('smActive'),
    tensorActive: samples.mean('tensorActive'),
    dramActive: samples.mean('dramActive'),
    ...(busiest === undefined ? {} : { computeThroughput: busiest }),
  };
  return { judgement: judgeCounters(samples.device, figures), figures };
}

/** The known figures in one sentence. */
export function counterEvidence(figures: CounterFigures): string {
  const named: readonly (readonly [string, Measured | undefined])[] = [
    ['util', figures.util],
    // Of a whole GPU it is util once more.
    ['graphics engine', isKnown(figures.util) ? undefined : figures.graphicsActive],
    ['SM active', figures.smActive],
    ['tensor pipe', figures.tensorActive],
    ['busiest pipe', figures.computeThroughput],
    ['DRAM', figures.dramActive],
  ];
  const parts = named.flatMap(([name, measured]) =>
    measured !== undefined && isKnown(measured) ? [`${name} ${percent(measured.value)}`] : [],
  );
  return `On average: ${parts.join(', ')}.`;
}
