import { count } from '../../../src/model/numbers.ts';
import type { TraceDocument } from './document.ts';
import type { EventGatherer } from './gatherer.ts';

/** A sentence for each thing that the reader of a report should know was not, or not all, there. */
export function damageOf(
  path: string,
  document: TraceDocument,
  gatherer: EventGatherer,
  said: readonly string[],
): string[] {
  const damage = [...said];
  if (!document.isWhole && said.length === 0) {
    damage.push(
      `${path} is cut: it ends in the middle; what is whole was read, the rest of the run is missing.`,
    );
  }
  if (document.damagedPlaces > 0) {
    damage.push(
      `${path} is damaged in ${places(document.damagedPlaces)}, the first at byte ${count(document.firstDamage)}; events there were left out.`,
    );
  }
  if (document.tooLong > 0) {
    damage.push(
      `${path} has ${places(document.tooLong)} where one event is longer than 16 MiB; it was left out.`,
    );
  }
  if (isKineto(document) && !gatherer.sawEnd && damage.length === 0) {
    damage.push(
      `${path} lacks the profiler's last mark (Record Window End): the profiler was cut off, or a tool has rewritten the file; its end may be missing.`,
    );
  }
  if (gatherer.activity.blocks.length === 0) {
    damage.push(
      `${path} holds no kernel, copy or set of a GPU; profile with ProfilerActivity.CUDA, and for longer than a warm-up.`,
    );
  }
  return [...damage, ...keptLess(path, gatherer)];
}

function keptLess(path: string, { names, launches }: EventGatherer): string[] {
  const sentences: string[] = [];
  if (names.shortened > 0) {
    sentences.push(`${path} has ${count(names.shortened)} names longer than 16 KiB; they are shown cut.`);
  }
  if (names.overflowed || launches.overflowed) {
    sentences.push(
      `${path} has more different names or launches than warpwatch keeps; the last ones are counted as one.`,
    );
  }
  return sentences;
}

/** Other writers of the format have no such mark. */
function isKineto({ members }: TraceDocument): boolean {
  return members.has('schemaVersion') && members.has('deviceProperties');
}

function places(number: number): string {
  return number === 1 ? 'one place' : `${count(number)} places`;
}
