/** Share of the run over which the learning rate rises to its full value, so that early steps do not diverge. */
const warmUpShare = 0.05;
/** Where the rise starts, of the full rate. */
const warmUpStart = 0.1;
/** Where `step` falls, and to what (He et al. 2015, section 4.2: at 32k and 48k of 64k iterations, to a tenth). */
const drops = [
  { from: 0.5, factor: 0.1 },
  { from: 0.75, factor: 0.01 },
] as const;

/**
 * A learning rate over the full one as a function of progress, 0..1. Progress and not a step number, since a run may
 * be bounded by time.
 */
export type Schedule = (progress: number) => number;

/** Schedules by name; all of them rise at first. `cosine` ends at 0 (Loshchilov and Hutter 2016). */
export const schedules = {
  cosine: withWarmUp((progress) => 0.5 * (1 + Math.cos(Math.PI * progress))),
  step: withWarmUp((progress) => drops.findLast(({ from }) => progress >= from)?.factor ?? 1),
  constant: withWarmUp(() => 1),
} satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof schedules;

/** `after` sees the progress of what follows the rise as 0..1. */
function withWarmUp(after: Schedule): Schedule {
  return (progress) => {
    const bounded = Math.min(1, Math.max(0, progress));
    if (bounded < warmUpShare) return warmUpStart + (1 - warmUpStart) * (bounded / warmUpShare);
    return after((bounded - warmUpShare) / (1 - warmUpShare));
  };
}
