import type { Timeline } from '../model/timeline.ts';
import type { TableId } from './tables/table.ts';

/** Where an exporter's bytes go. */
export interface Sink {
  /**
   * Takes a piece of the file. Wait for it before the next one: that is what bounds memory. The bytes may be reused
   * once it has resolved.
   * @throws WarpwatchError `disk-full`, `unwritable`
   */
  write(chunk: Uint8Array | string): Promise<void>;
}

export interface ExportOptions {
  /** Which table, for formats that hold one. */
  readonly table: TableId;
  /** Put `'` before texts that a spreadsheet would take for a formula; it changes them. */
  readonly escapeFormulas: boolean;
  /** Version of warpwatch, for formats that name their writer. */
  readonly version: string;
}

/** One foreign format: a file or folder of this room and a row in the table of `exporters.ts`. */
export interface Exporter {
  readonly id: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  /** One line for help. */
  readonly describes: string;
  /** Whether its bytes would garble a terminal. */
  readonly binary: boolean;
  /** Whether a file holds one table, so that `--table` means something. */
  readonly oneTable: boolean;
  /** Writes the whole file, in pieces of bounded size. */
  write(timeline: Timeline, sink: Sink, options: ExportOptions): Promise<void>;
}
