import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { SeriesId, StreamWriter } from '../../src/recording/stream-writer.ts';
import { metricName } from '../metric-names.ts';
import { parseEvent } from './event.ts';
import { readRecord } from './records.ts';

/** Names of event files hold this; TensorBoard looks for it as well. */
const eventFile = /tfevents/;
/** Of one read. */
const chunkBytes = 4 * 2 ** 20;
/** Wrong bytes may be half written: they count as damage when so many looks have found them the same. */
const looksUntilDamage = 3;

/** One event file, read as far as it goes. */
interface Followed {
  readonly path: string;
  /** Of TensorBoard: the directory below the one that was named; '' there itself. */
  readonly run: string;
  offset: number;
  wrongLooks: number;
  over: boolean;
}

/** Follows event files: new ones may come, and those that are there may grow. */
export class TensorboardFollower {
  readonly #writer: StreamWriter;
  readonly #paths: readonly string[];
  readonly #files = new Map<string, Followed>();
  readonly #series = new Map<string, SeriesId>();
  readonly #metrics = new Set<string>();
  /** Events from before belong to another run. */
  readonly #sinceSeconds: number;

  constructor(writer: StreamWriter, paths: readonly string[], sinceSeconds = Date.now() / 1e3) {
    this.#writer = writer;
    this.#paths = paths;
    this.#sinceSeconds = sinceSeconds;
  }

  /** Takes what is new. */
  look(): void {
    for (const path of this.#paths) this.#find(path);
    for (const file of this.#files.values()) if (!file.over) this.#read(file);
  }

  /** Says where nothing came from. */
  finish(): void {
    for (const path of this.#paths) {
      const found = [...this.#files.keys()].some((file) => file === path || file.startsWith(join(path, '/')));
      if (found) continue;
      const why = `No TensorBoard event file appeared at ${path}.`;
      this.#writer.absent({ device: null, metric: 'tensorboard', why });
    }
  }

  #find(path: string): void {
    for (const file of eventFilesAt(path)) {
      if (this.#files.has(file)) continue;
      const run = file === path ? '' : relative(path, dirname(file));
      this.#files.set(file, { path: file, run, offset: 0, wrongLooks: 0, over: false });
    }
  }

  #read(file: Followed): void {
    for (;;) {
      const bytes = readFrom(file.path, file.offset, chunkBytes);
      const before = file.offset;
      const wanted = this.#take(file, bytes);
      if (file.offset > before) continue;
      if (!wanted || bytes.length < chunkBytes) return;
      // A record that is longer than what is read at once.
      this.#take(file, readFrom(file.path, file.offset, 2 ** 28 + 16));
      if (file.offset === before) return;
    }
  }

  /** Takes whole records; returns whether the rest may be a part of one. */
  #take(file: Followed, bytes: Buffer): boolean {
    let at = 0;
    for (;;) {
      const record = readRecord(bytes.subarray(at));
      if (record.kind === 'partial') return true;
      if (record.kind === 'record') this.#event(file, record.data);
      else if (++file.wrongLooks < looksUntilDamage) return false;
      else if (record.kind === 'lost') {
        file.over = true;
        this.#writer.lost('dropped', 1, `${basename(file.path)} is damaged, and is read no further`);
        return false;
      } else this.#writer.lost('dropped', 1, `a record of ${basename(file.path)} is damaged`);
      file.wrongLooks = 0;
      at += record.bytes;
      file.offset += record.bytes;
    }
  }

  #event(file: Followed, data: Uint8Array): void {
    try {
      const { wallTimeSeconds, scalars } = parseEvent(data);
      // A time that is no number is not later either.
      if (!(wallTimeSeconds >= this.#sinceSeconds)) return;
      const timeNs = this.#writer.now() - (Date.now() / 1e3 - wallTimeSeconds) * 1e9;
      for (const { tag, value } of scalars) {
        this.#writer.sample(this.#seriesOf(file.run, tag), Math.round(timeNs), value);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#writer.lost('outOfRange', 1, `a record of ${basename(file.path)} is no event`);
    }
  }

  /** Two tags that mean the same would mix: the second keeps its own name. */
  #seriesOf(run: string, tag: string): SeriesId {
    const full = run === '' ? tag : `${run}/${tag}`;
    const known = this.#series.get(full);
    if (known !== undefined) return known;
    const word = metricName(full);
    const metric = this.#metrics.has(word) ? full : word;
    this.#metrics.add(metric);
    const id = this.#writer.defineSeries({ device: null, metric, from: 'tensorboard' });
    this.#series.set(full, id);
    return id;
  }
}

function eventFilesAt(path: string): string[] {
  try {
    if (statSync(path).isFile()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && eventFile.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch {
    // Not there yet.
    return [];
  }
}

function readFrom(path: string, offset: number, most: number): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const size = Math.min(most, Math.max(0, statSync(path).size - offset));
      const buffer = Buffer.alloc(size);
      return buffer.subarray(0, readSync(file, buffer, 0, size, offset));
    } finally {
      closeSync(file);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
