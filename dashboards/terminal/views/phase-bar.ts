import type { PhaseShare } from '../../../src/analysis/snapshot.ts';
import { phaseRole } from '../palette.ts';
import { stackedBar } from '../text/bar.ts';
import { blank, join, type Line, lineWidth, type Role, span } from '../text/style.ts';
import { truncate } from '../text/width.ts';

const glyphs: Readonly<Record<string, string>> = {
  input: '░',
  forward: '▒',
  backward: '▓',
  optimizer: '█',
  'outside kernels': '·',
  'outside ranges': '·',
};
const otherGlyphs = '▚▞▙▟▛▜';
const longestName = 18;
const leastBar = 8;
/** Smaller parts are in the bar, and have no words of their own where room is short. */
const leastNamed = 0.005;
/** Where words have no room. */
const shortWords: readonly (readonly [RegExp, string])[] = [
  [/\bforward\b/, 'fwd'],
  [/\bbackward\b/, 'bwd'],
  [/\boptimizer\b/, 'opt'],
  [/\bfirst\b/, '1st'],
  [/\bsecond\b/, '2nd'],
];

interface Part {
  readonly name: string;
  readonly share: number;
  readonly glyph: string;
  readonly role: Role;
}

/** One bar over the time of the last steps, and what its parts are; on one line where they fit. */
export function phaseLines(phases: readonly PhaseShare[], width: number, roomy: boolean): Line[] {
  if (phases.length === 0) return [];
  let others = 0;
  const parts = phases.map(({ phase, share }): Part => {
    const glyph = glyphs[phase] ?? otherGlyphs[others++ % otherGlyphs.length] ?? '▚';
    return { share, glyph, role: phaseRole(phase), name: phase };
  });
  const legend = legendWithin(
    width < 100
      ? parts.map((part) => ({ ...part, name: part.name.replace(/^outside .*/, 'outside') }))
      : parts,
    roomy ? width : width - leastBar - 2,
    width < 100 ? 1 : 2,
  );
  if (roomy) return [stackedBar(parts, width), legend];
  const cells = width - lineWidth(legend) - 2;
  return cells < leastBar ? [legend] : [[...stackedBar(parts, cells), blank(2), ...legend]];
}

/** Whole names; else without what is next to nothing; else in short words; else without the smallest parts as well. */
function legendWithin(parts: readonly Part[], width: number, gap: number): Line {
  const legend = (shown: readonly Part[], nameOf: (name: string) => string): Line =>
    join(
      shown.map(({ glyph, role, name, share }) => [
        span(`${glyph} `, role),
        span(`${truncate(nameOf(name), longestName)} `, 'dim'),
        span(`${Math.round(share * 100)}%`),
      ]),
      blank(gap),
    );
  const named = parts.filter(({ share }) => share >= leastNamed);
  const tries = [legend(parts, whole), legend(named, whole), legend(named, short)];
  const smallestFirst = named.toSorted((a, b) => a.share - b.share);
  for (let left = 1; left < named.length; left++) {
    const without = new Set(smallestFirst.slice(0, left));
    tries.push(
      legend(
        named.filter((part) => !without.has(part)),
        short,
      ),
    );
  }
  return tries.find((line) => lineWidth(line) <= width) ?? tries.at(-1) ?? [];
}

function whole(name: string): string {
  return name;
}

function short(name: string): string {
  return shortWords.reduce((text, [word, shorter]) => text.replace(word, shorter), name);
}
