/** A cell: numbers as they are, text quoted where it must be, nothing for what is unknown. */
export type Cell = string | number | boolean | null;

/** What a download hands over, made when it is asked for. */
export interface Sheet {
  readonly head: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

/** Rows as CSV (RFC 4180). */
export function csvText(head: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [head.map(cellText).join(',')];
  for (const row of rows) lines.push(row.map(cellText).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell !== 'string') return String(cell);
  // A spreadsheet would run what begins like a formula.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
