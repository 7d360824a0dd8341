import { closeSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultDirectory } from '../../../collectors/tfjs/recording-place.ts';
import { type BenchPlan, encodeBenchPlan, planFile, planSchema } from '../../analysis/bench/plan.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { cannotCreate, createFile } from '../../recording/create-file.ts';
import { manifestFile } from '../../recording/format.ts';
import { makeDirectory } from '../../recording/make-directory.ts';
import { thisHost } from '../../recording/manifest.ts';

export interface BenchPlace {
  readonly directory: string;
  readonly plan: BenchPlan;
}

/**
 * Makes the directory of a benchmark, with its plan.
 * @param directory null for a new one below runs/
 * @throws WarpwatchError `exists` where it holds a benchmark or a recording already; `unwritable`, `disk-full`
 */
export function makeBenchPlace(
  directory: string | null,
  planned: Pick<BenchPlan, 'command' | 'settings' | 'runs' | 'notes'>,
): BenchPlace {
  const createdAt = new Date().toISOString();
  const plan: BenchPlan = { schema: planSchema, createdAt, host: thisHost(), ...planned };
  const place = directory ?? defaultDirectory('bench', createdAt);
  if (existsSync(join(place, manifestFile)))
    throw new WarpwatchError(
      'exists',
      `${place} holds a recording already; record into another directory with --record.`,
    );
  makeDirectory(place);
  const path = join(place, planFile);
  const file = createFile(path);
  try {
    writeFileSync(file, encodeBenchPlan(plan));
  } catch (cause) {
    throw cannotCreate(path, cause);
  } finally {
    closeSync(file);
  }
  return { directory: place, plan };
}
