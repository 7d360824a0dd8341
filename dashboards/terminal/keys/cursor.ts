const pageOfRows = 10;

/** How many rows a key moves the cursor, infinite for an end of the table; null where it does not move it. */
export function cursorStep(key: string): number | null {
  switch (key) {
    case 'down':
    case 'j':
      return 1;
    case 'up':
    case 'k':
      return -1;
    case 'pagedown':
      return pageOfRows;
    case 'pageup':
      return -pageOfRows;
    case 'home':
    case 'g':
      return Number.NEGATIVE_INFINITY;
    case 'end':
    case 'S-g':
      return Number.POSITIVE_INFINITY;
    default:
      return null;
  }
}

/** The row that is `step` away, inside a table of `rows`; 0 where it is empty. */
export function moved(cursor: number, step: number, rows: number): number {
  return Math.max(0, Math.min(rows - 1, cursor + step));
}
