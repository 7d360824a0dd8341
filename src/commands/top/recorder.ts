import { defaultDirectory } from '../../../collectors/tfjs/recording-place.ts';
import type { Device } from '../../model/device.ts';
import { describeRun } from '../../recording/manifest.ts';
import { createRecording, openStream } from '../../recording/recording.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';
import { TeeWriter } from '../../recording/tee-writer.ts';
import { warpwatchVersion } from '../version.ts';

const title = 'this machine';

/** Keeps what a live view sees as a recording, from the moment on that a person asks for it. */
export class Recorder {
  readonly #writers = new Map<string, TeeWriter>();
  readonly #devices: readonly Device[];
  #directory: string | null = null;
  #ending: Promise<unknown> = Promise.resolve();

  /** @param devices what is known of this machine at the start */
  constructor(devices: readonly Device[]) {
    this.#devices = devices;
  }

  /** Where it is recording to, or null. */
  get directory(): string | null {
    return this.#directory;
  }

  /** The writer of a collector, through which a recording gets what the collector writes. */
  through(name: string, writer: StreamWriter): StreamWriter {
    const tee = new TeeWriter(writer);
    this.#writers.set(name, tee);
    if (this.#directory !== null) tee.copyTo(openStream(this.#directory, name, 'loop'));
    return tee;
  }

  /**
   * Begins a new recording below `runs/`, or goes on with the one that is being written.
   * @returns its directory
   * @throws WarpwatchError `unwritable`, `disk-full`, `exists`
   */
  start(): string {
    if (this.#directory !== null) return this.#directory;
    const versions = { warpwatch: warpwatchVersion() };
    const manifest = describeRun(title, ['warpwatch', 'top'], versions, this.#devices);
    const directory = defaultDirectory(title, manifest.run.createdAt);
    createRecording(directory, manifest);
    for (const [name, tee] of this.#writers) tee.copyTo(openStream(directory, name, 'loop'));
    this.#directory = directory;
    return directory;
  }

  /** Ends the recording that is being written; `ended` waits for the disk. Returns its directory, or null for none. */
  stop(): string | null {
    const directory = this.#directory;
    this.#directory = null;
    const copies = [...this.#writers.values()].map((tee) => tee.endCopy());
    this.#ending = Promise.all([this.#ending, ...copies]);
    return directory;
  }

  /** Everything that was recorded is on disk. */
  async ended(): Promise<void> {
    await this.#ending;
  }
}
