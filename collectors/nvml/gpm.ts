import type { DeviceCalls } from './calls.ts';
import { missingFunction } from './figure-reader.ts';
import { gpmMetrics, gpmQuestionBytes, readGpmAnswer, writeGpmQuestion } from './gpm-metrics.ts';
import { noValue, type Reading } from './reading.ts';
import { returnCodes, whyOf } from './return-codes.ts';
import type { NvmlFunction } from './signatures.ts';

/** Two samples closer than this mean nothing, says NVIDIA's documentation of nvmlGpmMetricsGet. */
export const gpmLeastGapMs = 100;
/** Where only so little is missing it is waited for: a timer of 100 ms may come a little early. */
const worthWaitingMs = 5;
const askAgainMs = 60_000;
const supportVersion = 1;

const needed: readonly NvmlFunction[] = [
  'nvmlGpmQueryDeviceSupport',
  'nvmlGpmSampleAlloc',
  'nvmlGpmSampleFree',
  'nvmlGpmSampleGet',
  'nvmlGpmMetricsGet',
];

const gpmUnsupported =
  'GPM counters need a Hopper GPU or newer (GeForce: Blackwell); with dcgm-exporter the counters of this GPU can be read, see --dcgm.';

/** Which counters are read: those of a GPU, or of a GPU instance of it. */
export interface GpmPlace {
  /** The GPU, also where the instance is meant. */
  readonly handle: bigint;
  readonly gpuInstance: number | null;
}

/**
 * Hardware counters of a GPU, each over the whole time since the last reading: the sample before is kept, so that
 * nothing is missed and no reading has to wait for a second sample.
 */
export class GpmReader {
  readonly #place: GpmPlace;
  readonly #driver: string;
  readonly #unsupported: string;
  readonly #question = new ArrayBuffer(gpmQuestionBytes);
  readonly #questionBytes = new Uint8Array(this.#question);
  readonly #view = new DataView(this.#question);
  #samples: readonly [older: bigint, newer: bigint] | null = null;
  /** When the older sample was taken; null while it is empty. */
  #olderMs: number | null = null;
  #answered = false;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  /** @param unsupported what to say where the GPU has no counters */
  constructor(place: GpmPlace, driver: string, unsupported = gpmUnsupported) {
    this.#unsupported = unsupported;
    this.#place = place;
    this.#driver = driver;
  }

  /** Whether a second look is needed before there is a value or a reason. */
  get waiting(): boolean {
    return !this.#answered && this.#olderMs !== null;
  }

  /** Readings since the last call; none while there is nothing to compare with or the last absence holds. */
  async read(calls: DeviceCalls): Promise<readonly Reading[]> {
    const nowMs = performance.now();
    if (nowMs < this.#notBeforeMs) return [];
    const samples = this.#samples ?? (await this.#open(calls, nowMs));
    if (typeof samples === 'string') return this.#none(samples);
    const early = this.#olderMs === null ? 0 : this.#olderMs + gpmLeastGapMs - nowMs;
    if (early > worthWaitingMs) return [];
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, Math.ceil(early)));
    const [older, newer] = samples;
    const takenMs = performance.now();
    const code = await this.#take(calls, newer);
    if (code !== returnCodes.success) return this.#fail(code, this.#sampleFunction(), nowMs);
    const first = this.#olderMs === null;
    this.#samples = [newer, older];
    this.#olderMs = takenMs;
    if (first) return [];
    writeGpmQuestion(this.#view, older, newer);
    const answer = await calls.call('nvmlGpmMetricsGet', this.#questionBytes);
    if (answer !== returnCodes.success) return this.#fail(answer, 'nvmlGpmMetricsGet', nowMs);
    this.#answered = true;
    return readGpmAnswer(this.#view);
  }

  /** Begins anew, as after a time in which the device gave nothing: its next value is over the time from then on. */
  restart(): void {
    this.#olderMs = null;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }

  /** Gives the samples back; before nvmlShutdown. */
  async free(calls: DeviceCalls): Promise<void> {
    const samples = this.#samples ?? [];
    this.#samples = null;
    this.#olderMs = null;
    for (const sample of samples) await calls.call('nvmlGpmSampleFree', sample);
  }

  /** Asks whether the GPU has the counters, and gets room for two samples; a sentence where it cannot be. */
  async #open(calls: DeviceCalls, nowMs: number): Promise<readonly [bigint, bigint] | string> {
    this.#notBeforeMs = nowMs + askAgainMs;
    const wanted = [...needed, this.#sampleFunction()];
    const missing = wanted.find((name) => !calls.library.has(name));
    if (missing !== undefined) return missingFunction(missing, this.#driver);
    calls.view.setUint32(0, supportVersion, true);
    calls.view.setUint32(4, 0, true);
    const code = await calls.call('nvmlGpmQueryDeviceSupport', this.#place.handle, calls.out);
    if (code === returnCodes.notSupported) return this.#unsupported;
    if (code !== returnCodes.success) return whyOf(code, 'nvmlGpmQueryDeviceSupport');
    if (calls.view.getUint32(4, true) === 0) return this.#unsupported;
    const made: bigint[] = [];
    for (let count = 0; count < 2; count++) {
      const allocated = await calls.call('nvmlGpmSampleAlloc', calls.out);
      if (allocated !== returnCodes.success) {
        for (const sample of made) await calls.call('nvmlGpmSampleFree', sample);
        return whyOf(allocated, 'nvmlGpmSampleAlloc');
      }
      made.push(calls.view.getBigUint64(0, true));
    }
    const [older = 0n, newer = 0n] = made;
    this.#samples = [older, newer];
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    return this.#samples;
  }

  #sampleFunction(): 'nvmlGpmSampleGet' | 'nvmlGpmMigSampleGet' {
    return this.#place.gpuInstance === null ? 'nvmlGpmSampleGet' : 'nvmlGpmMigSampleGet';
  }

  #take(calls: DeviceCalls, sample: bigint): Promise<number> {
    const { handle, gpuInstance } = this.#place;
    return gpuInstance === null
      ? calls.call('nvmlGpmSampleGet', handle, sample)
      : calls.call('nvmlGpmMigSampleGet', handle, gpuInstance, sample);
  }

  #fail(code: number, call: NvmlFunction, nowMs: number): readonly Reading[] {
    this.#olderMs = null;
    const lasting = code === returnCodes.notSupported || code === returnCodes.noPermission;
    if (lasting) this.#notBeforeMs = nowMs + askAgainMs;
    return this.#none(code === returnCodes.notSupported ? this.#unsupported : whyOf(code, call));
  }

  #none(why: string): readonly Reading[] {
    this.#answered = true;
    return gpmMetrics.map(({ metric }) => noValue(metric, why, 'nvml.gpm'));
  }
}
