import type { Timeline } from '../../../model/timeline.ts';
import type { Step } from '../../../model/training.ts';
import { stepAt } from '../../step-at.ts';

/** Others must come in this share of the later steps: only then does the program name the parts of each step. */
const steady = 0.9;
/** What a program does at its begin and not again, by the names it goes under. */
const oncePerRun =
  /compil|warm.?up|init|build|captur|tun(e|ing)|benchmark|trac(e|ing)|load|first|setup|alloc|start/i;

interface Seen {
  first: boolean;
  /** Later steps that it came in. */
  later: number;
  lastStep: number;
}

/**
 * Names of ranges that the program marked (NVTX, `record_function`, a probe's range) within its first step and in no
 * later one. Null where it marks none at each step, or where some were forgotten.
 */
export function rangesRunOnce(timeline: Timeline): string[] | null {
  const { host, steps, marks } = timeline;
  const named = marks.length > 0 || host.names.some(({ kind }) => kind === 'annotation');
  if (!named || timeline.keptFromNs > (steps[0]?.startNs ?? 0)) return null;
  const byName = new Map<string, Seen>();
  const seenOf = (name: string): Seen => {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const made = { first: false, later: 0, lastStep: -1 };
    byName.set(name, made);
    return made;
  };
  const add = (seen: Seen, startNs: number, durationNs: number): void => {
    const at = stepAt(steps, startNs);
    if (at < 0 || durationNs <= 0 || isWhole(steps[at], durationNs)) return;
    if (at === 0) seen.first = true;
    else if (at !== seen.lastStep) seen.later++;
    seen.lastStep = at;
  };
  const ofHost = host.names.map(({ name, kind }) => (kind === 'annotation' ? seenOf(name) : null));
  for (const { count, name, startNs, durationNs } of host.blocks) {
    for (let i = 0; i < count; i++) {
      const seen = ofHost[name[i] as number];
      if (seen) add(seen, startNs[i] as number, durationNs[i] as number);
    }
  }
  for (const { name, startNs, endNs } of marks) add(seenOf(name), startNs, endNs - startNs);
  return inFirstAlone(byName, steps.length);
}

function inFirstAlone(byName: ReadonlyMap<string, Seen>, steps: number): string[] | null {
  const all = [...byName];
  if (!all.some(([, { first, later }]) => first && later >= steady * (steps - 1))) return null;
  const later = new Set(all.flatMap(([name, seen]) => (seen.later > 0 ? [plain(name)] : [])));
  return all
    .filter(([name, seen]) => seen.first && !later.has(plain(name)) && !oncePerRun.test(name))
    .map(([name]) => name);
}

/** Programs number their ranges: `step 1` never comes again, `step 2` does. */
function plain(name: string): string {
  return name.replaceAll(/\d+/g, '#');
}

/** A range that is the whole step says nothing of its parts. */
function isWhole(step: Step | undefined, durationNs: number): boolean {
  return step !== undefined && durationNs >= 0.99 * (step.endNs - step.startNs);
}
