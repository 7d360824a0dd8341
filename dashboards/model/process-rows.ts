import type { Snapshot } from '../../src/analysis/snapshot.ts';
import type { GpuProcess } from '../../src/model/gpu-process.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import type { ProcessSort } from './choices.ts';

/** A process on a device: one that uses two devices has two rows. */
export interface ProcessRow {
  readonly process: GpuProcess;
  /** Id of the device. */
  readonly device: string;
  /** What stands before the command in the tree, such as `│ ├ `; '' at the top and outside of a tree. */
  readonly lead: string;
}

/** What decides on the rows. */
export interface ProcessChoice {
  /** Text that a process must contain to be shown; '' shows all. */
  readonly filter: string;
  readonly processSort: ProcessSort;
  /** Whether processes stand below their parents. */
  readonly processTree: boolean;
}

/** `gpu2` comes before `gpu10`. */
const byNumber = new Intl.Collator('en', { numeric: true });
/** Deeper trees are drawn at this depth: a row must keep room for its command. */
const deepest = 12;

/** The processes that the filter lets through, in the order of the table. Pure; never throws. */
export function processRows(snapshot: Snapshot, ui: ProcessChoice): ProcessRow[] {
  const wanted = ui.filter.trim().toLowerCase();
  const rows = snapshot.devices.flatMap((view) =>
    (view.processes ?? []).map((process): ProcessRow => ({ process, device: view.device.id, lead: '' })),
  );
  const kept = rows.filter((row) => wanted === '' || textOf(row).includes(wanted));
  const sorted = kept.sort(order(ui.processSort));
  return ui.processTree ? asTree(sorted) : sorted;
}

/** Why there are no rows. */
export function whyNoProcess(snapshot: Snapshot, filter: string): string {
  if (filter !== '') return `no process contains "${filter}"; Escape shows all`;
  if (snapshot.devices.every((view) => view.processes === null))
    return 'nothing lists the processes of these devices';
  return 'no process holds memory or a context on a device';
}

function textOf({ process, device }: ProcessRow): string {
  const { pid, name, command, user, container, kind } = process;
  return [pid, user, device, kind, container, name, command].join(' ').toLowerCase();
}

function order(sort: ProcessSort): (one: ProcessRow, other: ProcessRow) => number {
  const byPid = (one: ProcessRow, other: ProcessRow): number =>
    one.process.pid - other.process.pid || compare(one.device, other.device);
  switch (sort) {
    case 'memory':
      return (one, other) =>
        largestFirst(one.process.memoryBytes, other.process.memoryBytes) || byPid(one, other);
    case 'util':
      return (one, other) => largestFirst(one.process.util, other.process.util) || byPid(one, other);
    case 'pid':
      return byPid;
    case 'user':
      return (one, other) => compare(one.process.user, other.process.user) || byPid(one, other);
    case 'device':
      return (one, other) => compare(one.device, other.device) || byPid(one, other);
  }
}

/** What is not known comes last. */
function largestFirst(one: Measured, other: Measured): number {
  if (isKnown(one) && isKnown(other)) return other.value - one.value;
  return Number(isKnown(other)) - Number(isKnown(one));
}

function compare(one: string, other: string): number {
  return byNumber.compare(one, other);
}

/** Children below their parents, each group in the order given. What no root leads to becomes a root itself. */
function asTree(rows: readonly ProcessRow[]): ProcessRow[] {
  const firstOf = new Map<number, ProcessRow>();
  for (const row of rows) if (!firstOf.has(row.process.pid)) firstOf.set(row.process.pid, row);
  const children = new Map<ProcessRow, ProcessRow[]>();
  const roots: ProcessRow[] = [];
  for (const row of rows) {
    const { parent, pid } = row.process;
    const above = parent === null || parent === pid ? undefined : firstOf.get(parent);
    if (above === undefined) roots.push(row);
    else {
      const beside = children.get(above);
      if (beside === undefined) children.set(above, [row]);
      else beside.push(row);
    }
  }
  const placed: ProcessRow[] = [];
  const seen = new Set<ProcessRow>();
  // Rows that a loop of parents keeps from every root follow at the end.
  for (const root of [...roots, ...rows]) placeBelow(root, children, seen, placed);
  return placed;
}

/** Puts a row and all below it; a stack and no recursion, since chains can be long. */
function placeBelow(
  root: ProcessRow,
  children: ReadonlyMap<ProcessRow, readonly ProcessRow[]>,
  seen: Set<ProcessRow>,
  placed: ProcessRow[],
): void {
  const waiting = [{ row: root, lead: '', indent: '' }];
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const { row, lead, indent } = entry;
    if (seen.has(row)) continue;
    seen.add(row);
    placed.push({ ...row, lead });
    const below = children.get(row) ?? [];
    const deep = indent.length >= 2 * deepest;
    for (let index = below.length - 1; index >= 0; index -= 1) {
      const child = below[index];
      if (child === undefined) continue;
      const last = index === below.length - 1;
      const nextIndent = deep ? indent : `${indent}${last ? '  ' : '│ '}`;
      waiting.push({ row: child, lead: `${indent}${last ? '└ ' : '├ '}`, indent: nextIndent });
    }
  }
}
