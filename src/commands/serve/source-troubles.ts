import { clean } from '../../model/clean-text.ts';
import { messageOf } from '../../model/errors.ts';
import type { Served } from './route.ts';

/** To work a moment out costs more than to look; this often is enough for people. */
const everyMs = 10_000;
/** What comes and goes is told this often; after that it is in /healthz and the metrics only. */
const mostOften = 5;

/**
 * Tells in a line when something about the machine begins to be wrong, and when it ends: that there is no GPU, or what a
 * source says that cannot be read. What stays wrong is not told again, whatever numbers in it change.
 */
export function tellSourceTroubles(
  served: Served,
  tell: (sentence: string) => void,
  now = () => performance.now(),
): void {
  const begun = new Map<string, number>();
  let before: ReadonlyMap<string, string> = new Map();
  let nextMs = now();
  served.onLook(() => {
    if (now() < nextMs) return;
    nextMs = now() + everyMs;
    const present = troublesOf(served);
    for (const [kind, sentence] of present) {
      if (before.has(kind)) continue;
      const times = (begun.get(kind) ?? 0) + 1;
      begun.set(kind, times);
      if (times < mostOften) tell(sentence);
      else if (times === mostOften) tell(`${sentence} This comes and goes and is not told any more.`);
    }
    for (const [kind, sentence] of before) {
      if (!present.has(kind) && (begun.get(kind) ?? 0) < mostOften) tell(`No more: ${sentence}`);
    }
    before = present;
  });
}

/** The sentences, by what of them does not change. */
function troublesOf(served: Served): ReadonlyMap<string, string> {
  return new Map(sentencesOf(served).map((sentence) => [sentence.replace(/\d+/g, '#'), clean(sentence)]));
}

function sentencesOf(served: Served): readonly string[] {
  try {
    const { machine, sources } = served.moment();
    const broken = sources.filter(({ works, why }) => !works && why !== '').map(({ why }) => why);
    return [...machine.whyNoGpu, ...machine.sourceTroubles, ...machine.damage, ...broken];
  } catch (error) {
    return [messageOf(error)];
  }
}
