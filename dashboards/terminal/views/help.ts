import { blank, fitLine, type Line, type Role, span } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import type { DrawView } from './view.ts';

const keys: readonly (readonly [string, string])[] = [
  ['q, Ctrl-C', 'quit'],
  ['p, space', 'hold the picture; data go on being recorded'],
  ['Tab, 1..5', 'next page, or the page of that number'],
  ['s', 'sort kernels by the next column'],
  ['d', 'the next device'],
  ['↑ ↓, j k', 'move in a table'],
  ['← →, + -', 'seek and change speed, in a replay'],
  ['?', 'this page'],
];

const words: readonly (readonly [string, Role, string])[] = [
  ['util', 'coarse', 'share of time with any kernel running, as nvidia-smi prints it'],
  ['kernelBusy', 'real', 'the same, computed from every kernel that was recorded'],
  ['SM active', 'plain', 'share of multiprocessor time with a warp on it'],
  ['occupancy', 'plain', 'warps resident, of the most that fit'],
  ['of peak', 'peak', 'arithmetic done, of the most that the device can do'],
  ['█ ▒ ░ ·', 'plain', 'of peak, kernelBusy, util, idle: the gap bar below a device'],
  ['–', 'dim', 'not known; the sources page says why'],
  ['▲ lost', 'warn', 'records that a full buffer or disk did not take'],
];

/** The keys, and what the words on the screen mean. */
export const help: DrawView = (_state, width) => {
  const wide = width >= 130;
  const columnWidth = wide ? Math.floor((width - 4) / 2) : width;
  const left: Line[] = [
    [span('keys', 'strong')],
    ...keys.flatMap(([name, does]) => entry(name, 'key', does, columnWidth)),
  ];
  const right: Line[] = [
    [span('words', 'strong')],
    ...words.flatMap(([name, role, means]) => entry(name, role, means, columnWidth)),
  ];
  const lines = wide
    ? Array.from({ length: Math.max(left.length, right.length) }, (_, row) => [
        ...fitLine(left[row] ?? [], columnWidth),
        blank(4),
        ...(right[row] ?? []),
      ])
    : [...left, [], ...right];
  return { title: 'help', note: [], lines };
};

function entry(name: string, role: Role, text: string, width: number): Line[] {
  const indent = 13;
  return wrap(text, Math.max(1, width - indent)).map((line, index) => [
    ...fitLine(index === 0 ? [blank(1), span(name, role)] : [], indent),
    span(line, 'dim'),
  ]);
}
