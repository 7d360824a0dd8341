/**
 * Rows of cells as lines: columns as wide as their widest cell, two spaces between them.
 * @param left columns that begin at the left; the others, mostly numbers, end at the right
 */
export function textTable(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const widths: number[] = [];
  for (const cells of rows) {
    for (const [at, cell] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows
    .map((cells) =>
      cells
        .map((cell, at) =>
          left.includes(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
