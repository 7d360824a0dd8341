import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { blank, fitLine, type Line, type Role, span } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import type { DrawView } from './view.ts';

const keys: readonly (readonly [string, string])[] = [
  ['q, Ctrl-C', 'quit'],
  ['p, space', 'hold the picture; data go on being recorded'],
  ['Tab, 1..9', 'next page, or the page of that number'],
  ['↑ ↓, j k', 'move in a table, choose a device; PgUp PgDn g G too'],
  ['Enter, Esc', 'open the page of the chosen device or kernel, and back'],
  ['d, D', 'the next device, the one before'],
  ['s, S', 'sort by the next column, the one before'],
  ['[ ], w', 'time that charts show: 1, 5, 15 or 60 minutes'],
  ['/', 'processes: type a filter; Enter keeps, Escape clears'],
  ['v, T', 'processes: as a tree'],
  ['x, X', 'processes: send SIGTERM, SIGKILL; asks before'],
  ['r', 'start or end a recording'],
  ['t', 'next theme'],
  ['← →, + -', 'seek and change speed, in a replay'],
  ['mouse', 'click a page, a device, a row; the wheel moves'],
  ['?', 'this page'],
];

/** Where several hosts are watched. */
const fleetKeys: readonly (readonly [string, string])[] = [
  ['0, Esc', 'the list of hosts; Enter opens the one under the cursor'],
  ['n, N', 'the next host in the order of the list, the one before'],
  ['/', 'hosts: a part of a name, a GPU model, or down'],
];

const words: readonly (readonly [string, Role, string])[] = [
  ['util', 'coarse', 'share of time with any kernel running, as nvidia-smi prints it'],
  ['kernelBusy', 'real', 'the same, computed from every kernel that was recorded'],
  ['SM active', 'real', 'share of multiprocessor time with a warp on it'],
  ['occupancy', 'occupancy', 'warps resident, of the most that fit'],
  ['tensor', 'peak', 'share of time that tensor cores work; FP pipe: the other arithmetic'],
  ['DRAM', 'dram', 'share of time that device memory moves data'],
  ['of peak', 'peak', 'arithmetic done, of the most that the device can do'],
  ['█ ▒ ░ ·', 'plain', 'arithmetic, really busy, util, idle: the gap bar below a device'],
  ['█ ▒ ░ ▓', 'plain', 'computing, slowed on purpose, waiting, communicating: steps of a replica'],
  ['stale', 'plain', 'updates by other replicas between taking the weights and updating them'],
  ['clocks held', 'warn', 'the driver keeps clocks down: power, heat or a setting'],
  ['–', 'dim', 'not known; the sources page says why'],
  ['▲ device', 'bad', 'an alert: a limit is passed, or it is gone; the findings page has all'],
  ['▲ lost', 'warn', 'records that a full buffer or disk did not take'],
];

/** Lines that the arrows walk over where the screen is lower than the page is long. */
export function helpRows(snapshot: Snapshot): number {
  return keysOf(snapshot).length + words.length + 3;
}

function keysOf({ details }: Snapshot): readonly (readonly [string, string])[] {
  return details.fleet === null ? keys : [...fleetKeys, ...keys];
}

/** The keys, and what the words on the screen mean. */
export const help: DrawView = ({ snapshot, ui }, width, height) => {
  const wide = width >= 130;
  const columnWidth = wide ? Math.floor((width - 4) / 2) : width;
  const left: Line[] = [
    [span('keys', 'strong')],
    ...keysOf(snapshot).flatMap(([name, does]) => entry(name, 'key', does, columnWidth)),
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
  const start = Math.max(0, Math.min(ui.cursor, lines.length - height));
  const note: Line = lines.length > height ? [span('↑↓ move', 'dim')] : [];
  return { title: 'help', note, lines: lines.slice(start) };
};

function entry(name: string, role: Role, text: string, width: number): Line[] {
  const indent = 13;
  return wrap(text, Math.max(1, width - indent)).map((line, index) => [
    ...fitLine(index === 0 ? [blank(1), span(name, role)] : [], indent),
    span(line, 'dim'),
  ]);
}
