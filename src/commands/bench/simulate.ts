import type { BenchResult } from '../../analysis/bench/result.ts';
import { resultOf, simulationResult } from '../../analysis/simulation/result.ts';
import {
  type MeasuredTraining,
  measuredSettings,
  validate,
  validationAnswers,
} from '../../analysis/simulation/validate.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { bytesPerParameter, measuredAssumptions } from './simulation-assumptions.ts';
import { simulationPlan } from './simulation-plan.ts';
import { openSimulationSource, type SimulationSource } from './simulation-source.ts';

export interface SimulationRequest {
  /** `--simulate`, such as `gpus=1024,steps=1000`, or `validate`. */
  readonly spec: string;
  /** A recording or a directory of `bench` to take step times and sizes from; null for defaults. */
  readonly from: string | null;
}

/** Asks for the runs that were measured alone. */
const validateWord = 'validate';

/**
 * Simulates data-parallel training. Of a benchmark's directory the runs that were measured are simulated too, and the answers
 * say how far the two are apart.
 * @throws WarpwatchError `usage` where the specification is none, and as the readers of `from`
 */
export async function simulateBench({ spec, from }: SimulationRequest): Promise<BenchResult> {
  const source = from === null ? null : await openSimulationSource(from);
  const measured = source === null ? null : measuredOf(source);
  if (spec.trim() === validateWord) return validationResult(source, measured);
  const result = simulationResult(simulationPlan(spec, source?.recorded ?? null));
  if (measured === null || result.simulation === undefined) return result;
  const answers = validationAnswers(validate(measured));
  const simulation = { ...result.simulation, answers: [...result.simulation.answers, ...answers] };
  return { ...result, simulation };
}

/** Null where the source is no benchmark, or its runs do not tell what a simulation of them needs. */
function measuredOf({ measured, recorded }: SimulationSource): MeasuredTraining | null {
  const { workload, link, computeSeconds } = recorded;
  if (measured === null || workload === null || link === null) return null;
  const bytes = workload.parameters * bytesPerParameter;
  return { result: measured, computeSeconds, batchSize: workload.batchSize, bytes, link };
}

function validationResult(source: SimulationSource | null, measured: MeasuredTraining | null): BenchResult {
  if (source === null || measured === null) {
    throw new WarpwatchError(
      'usage',
      '--simulate validate needs --from DIR: a benchmark that has a run of several replicas in sync or async.',
    );
  }
  const settings = measuredSettings(measured);
  const validations = validate(measured);
  return resultOf({
    settings,
    runs: validations.map(({ run }) => run),
    workload: source.recorded.workload,
    assumptions: measuredAssumptions(settings, source.recorded),
    answers: validationAnswers(validations),
  });
}
