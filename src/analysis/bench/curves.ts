import type { Seconds } from '../../model/units.ts';
import { meanOf } from '../statistics.ts';
import type { CourseMoment } from './course.ts';
import type { CurvePoint } from './result.ts';

/** More points than this no chart of a page shows apart. */
const mostBins = 60;
/** A course is kept finer than the curve that it becomes a part of. */
const finestMoments = 10 * mostBins;

/** The course in fewer moments where it has very many: means of what follows one another. */
export function thinned(course: readonly CourseMoment[]): CourseMoment[] {
  const length = Math.ceil(course.length / finestMoments);
  if (length <= 1) return [...course];
  return Array.from({ length: Math.ceil(course.length / length) }, (_, at) =>
    meanMoment(course.slice(at * length, (at + 1) * length)),
  );
}

/** The mean over rounds of a noisy figure, in equal bins of time; values that are no number are left out. */
export function binnedCurve(courses: readonly (readonly CourseMoment[])[]): CurvePoint[] {
  const finite = courses.map((course) => course.filter(({ value }) => Number.isFinite(value)));
  const fullest = Math.max(0, ...finite.map((course) => course.length));
  // Two moments a bin, so that few of them are empty.
  const bins = Math.min(mostBins, Math.ceil(fullest / 2));
  const endSeconds: Seconds = Math.max(0, ...finite.map((course) => course.at(-1)?.seconds ?? 0));
  const ofRounds = finite.map((course) => {
    const own: CourseMoment[][] = Array.from({ length: bins }, () => []);
    for (const moment of course) {
      own[Math.min(bins - 1, Math.floor((moment.seconds / endSeconds) * bins))]?.push(moment);
    }
    return own;
  });
  return Array.from({ length: bins }, (_, bin) =>
    ofRounds.map((own) => own[bin] ?? []).filter((moments) => moments.length > 0),
  )
    .filter((rounds) => rounds.length > 0)
    .map((rounds) => meanMoment(rounds.map(meanMoment)));
}

/** The mean over rounds of what they were evaluated at, the first with the first and so on. */
export function checkpointCurve(courses: readonly (readonly CourseMoment[])[]): CurvePoint[] {
  const told = courses.filter((course) => course.length > 0);
  if (told.length === 0) return [];
  const fewest = Math.min(...told.map((course) => course.length));
  return Array.from({ length: fewest }, (_, at) =>
    meanMoment(told.flatMap((course) => course.slice(at, at + 1))),
  );
}

function meanMoment(moments: readonly CourseMoment[]): CourseMoment {
  return {
    seconds: meanOf(moments.map(({ seconds }) => seconds)),
    samples: meanOf(moments.map(({ samples }) => samples)),
    value: meanOf(moments.map(({ value }) => value)),
  };
}
