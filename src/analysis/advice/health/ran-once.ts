import { clean } from '../../../model/clean-text.ts';
import { plural } from '../../../model/numbers.ts';
import type { Timeline } from '../../../model/timeline.ts';
import type { Nanoseconds } from '../../../model/units.ts';
import type { Advice, Finding } from '../finding.ts';
import { words } from './figures.ts';
import { rangesRunOnce } from './ranges-run-once.ts';

const id = 'ran-once';
const say = words(id);
/** Of fewer steps none of the later ones may have needed it yet. */
const leastSteps = 10;
/** What ran in these alone ran once: a framework may run the first step twice. */
const firstSteps = 2;
/** Evaluations come when they come. */
const notEachStep = /^eval|^validation|^test|^modes$/i;
/** A live timeline forgets when an operation ran, and keeps how often: within two steps none of a layer runs more often. */
const fewCalls = 8;
const shown = 3;

const remedy =
  'Look at what folds or shares it: a value that is worked out outside of the step, a cached tensor, a control dependency that is lost; if it must run at each step, let the step depend on it.';

export const ranOnce: Advice = {
  id,
  looksFor: 'an operation of the step that ran in the first steps and never again',
  check(timeline) {
    const { steps, ranks } = timeline;
    const bound = steps[firstSteps - 1]?.endNs;
    // Steps of several ranks overlap: when the first ones end says nothing.
    if (steps.length < leastSteps || bound === undefined || ranks.length > 1) return null;
    return ofLaunches(timeline, bound) ?? ofRanges(timeline);
  },
};

/** Kernels with a layer, which trainings of TensorFlow.js have. A bare CUDA kernel that runs once is as a rule a trial of cuDNN. */
function ofLaunches(timeline: Timeline, bound: Nanoseconds): Finding | null {
  const { steps, keptFromNs } = timeline;
  // What was summed, or left out between windows, may be just what ran again.
  if (timeline.summaries.length > 0 || timeline.windows.length > 0) return null;
  const forgot = keptFromNs > Number.NEGATIVE_INFINITY;
  const kept = forgot ? steps.length - steps.findIndex(({ startNs }) => startNs >= keptFromNs) : steps.length;
  if (kept < leastSteps || kept > steps.length) return null;
  const operations = operationsOf(timeline);
  if (operations.length === 0) return null;
  const rare = operations.filter(
    ({ calls }) => calls > 0 && calls < steps.length / 2 && (!forgot || calls <= fewCalls),
  );
  if (rare.length === 0) return allRan(steps.length);
  const steady = operations.filter(({ calls }) => calls >= steps.length / 2);
  const gone = new Set(withoutExecutionFrom(timeline, [...rare, ...steady], forgot ? keptFromNs : bound));
  // A phase before the steps, such as a warm-up of several passes, is over as a whole: it went on with nothing.
  const phases = new Set(steady.filter((operation) => !gone.has(operation)).map(({ phase }) => phase));
  const found = rare.filter((operation) => gone.has(operation) && phases.has(operation.phase));
  if (found.length === 0) return allRan(steps.length);
  const more = found.length > shown ? ` and ${found.length - shown} more` : '';
  const since = forgot ? `in the last ${kept}` : `in the last ${steps.length - firstSteps}`;
  return say.warn(
    `${plural(found.length, 'operation')} ran in the first steps and never again`,
    `${found.slice(0, shown).map(nameOf).join(', ')}${more}: not once ${since} of ${steps.length} steps, while others of the same phase went on.`,
    remedy,
  );
}

function allRan(steps: number): Finding {
  return say.ok('What ran in the first steps runs in later ones', `${steps} steps are looked at.`);
}

interface Operation {
  readonly layer: string;
  readonly name: string;
  readonly phase: string;
  readonly launches: number[];
  /** In all, those that were forgotten too. */
  calls: number;
}

function nameOf({ name, layer, phase }: Operation): string {
  return `${clean(name)} of ${clean(layer)}${phase === '' ? '' : ` (${clean(phase)})`}`;
}

/** Kernels by layer, name and phase: of one operation the shapes may differ from step to step. */
function operationsOf({ launches, launchTotals }: Timeline): Operation[] {
  const known = new Map<string, Operation>();
  for (const [at, { kind, layer, name, phase }] of launches.entries()) {
    if (layer === '' || kind !== 'kernel' || notEachStep.test(phase)) continue;
    const key = `${layer}\n${name}\n${phase}`;
    let operation = known.get(key);
    if (operation === undefined) {
      operation = { layer, name, phase, launches: [], calls: 0 };
      known.set(key, operation);
    }
    operation.launches.push(at);
    operation.calls += launchTotals[at]?.calls ?? 0;
  }
  return [...known.values()];
}

/** Those of which no execution that is kept starts at or after a moment. */
function withoutExecutionFrom(
  { launches, activity }: Timeline,
  operations: readonly Operation[],
  fromNs: Nanoseconds,
): Operation[] {
  const place = new Int32Array(launches.length).fill(-1);
  for (const [at, operation] of operations.entries())
    for (const launch of operation.launches) place[launch] = at;
  const seen = new Uint8Array(operations.length);
  let missing = operations.length;
  for (const { count, startNs, launch } of activity) {
    for (let i = 0; i < count; i++) {
      const at = place[launch[i] as number] as number;
      if (at < 0 || seen[at] === 1 || (startNs[i] as number) < fromNs) continue;
      seen[at] = 1;
      missing--;
    }
    if (missing === 0) return [];
  }
  return operations.filter((_, at) => seen[at] === 0);
}

function ofRanges(timeline: Timeline): Finding | null {
  const once = rangesRunOnce(timeline);
  if (once === null || once.length === 0) return null;
  const more = once.length > shown ? ` and ${once.length - shown} more` : '';
  return say.warn(
    `${plural(once.length, 'range')} of the first step never came again`,
    `${once.slice(0, shown).map(clean).join(', ')}${more}: in the first of ${timeline.steps.length} steps alone, while others come at each step.`,
    remedy,
  );
}
