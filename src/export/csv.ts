import { stringify } from 'csv-stringify/sync';
import type { Exporter } from './exporter.ts';
import { tableOf } from './tables/index.ts';
import type { Cell } from './tables/table.ts';

/** Rows that are turned to text at a time. */
const batchRows = 4096;
/** Characters after which a piece goes out. */
const chunkLength = 1 << 18;
/** Characters of texts that are kept with their quotes: names come again and again. */
const mostKept = 1 << 24;

/**
 * Comma-separated values, RFC 4180 with `\n` at line ends, UTF-8: a header and a row each. Unknown is empty. Texts are
 * written as they are and read back as they were; `escapeFormulas` is for files that are opened in a spreadsheet.
 */
export const csv: Exporter = {
  id: 'csv',
  extension: 'csv',
  describes: 'comma-separated values, one table a file',
  binary: false,
  oneTable: true,

  async write(timeline, sink, { table: id, escapeFormulas }) {
    const table = tableOf(id);
    const quote = quoter(escapeFormulas);
    let chunk = `${table.columns.map(({ name }) => name).join(',')}\n`;
    for (const { count, cells } of table.batches(timeline, batchRows)) {
      for (let row = 0; row < count; row++) {
        let line = '';
        for (const column of cells) {
          const cell = column[row] as Cell;
          if (cell === null) line += ',';
          else line += typeof cell === 'string' ? `${quote(cell)},` : `${cell},`;
        }
        chunk += `${line.slice(0, -1)}\n`;
        if (chunk.length < chunkLength) continue;
        await sink.write(chunk);
        chunk = '';
      }
    }
    await sink.write(chunk);
  },
};

/**
 * Quotes a text where it needs it. csv-stringify does, once for each text: done for each cell it takes four times as
 * long for the whole file. Numbers need no quotes.
 */
function quoter(escapeFormulas: boolean): (text: string) => string {
  const kept = new Map<string, string>();
  let keptLength = 0;
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const quoted = stringify([[text]], { eof: false, escape_formulas: escapeFormulas });
    keptLength += text.length + quoted.length;
    if (keptLength > mostKept) {
      kept.clear();
      keptLength = text.length + quoted.length;
    }
    kept.set(text, quoted);
    return quoted;
  };
}
