import { clean } from '../../model/clean-text.ts';
import type { Served } from './route.ts';

/** What comes and goes is told this often; after that it is in /healthz and the metrics only. */
const mostOften = 5;

/**
 * Tells in a line when something about the machine begins to be wrong, and when it ends: that there is no GPU, or what a
 * source says that cannot be read. What stays wrong is not told again, whatever numbers in it change.
 */
export function tellSourceTroubles(served: Served, tell: (sentence: string) => void): void {
  const begun = new Map<string, number>();
  let before: ReadonlyMap<string, string> = new Map();
  served.onLook(() => {
    const now = troublesOf(served);
    for (const [kind, sentence] of now) {
      if (before.has(kind)) continue;
      const times = (begun.get(kind) ?? 0) + 1;
      begun.set(kind, times);
      if (times < mostOften) tell(sentence);
      else if (times === mostOften) tell(`${sentence} This comes and goes and is not told any more.`);
    }
    for (const [kind, sentence] of before) {
      if (!now.has(kind) && (begun.get(kind) ?? 0) < mostOften) tell(`No more: ${sentence}`);
    }
    before = now;
  });
}

/** The sentences, by what of them does not change. */
function troublesOf(served: Served): ReadonlyMap<string, string> {
  const { machine, sources } = served.moment();
  const broken = sources.filter(({ works, why }) => !works && why !== '').map(({ why }) => why);
  const sentences = [...machine.whyNoGpu, ...machine.sourceTroubles, ...machine.damage, ...broken];
  return new Map(sentences.map((sentence) => [sentence.replace(/\d+/g, '#'), clean(sentence)]));
}
