import type { Bytes, Nanoseconds } from '../../../src/model/units.ts';
import type { SeriesId, StreamWriter } from '../../../src/recording/stream-writer.ts';
import type { Patches } from '../patches.ts';
import { functionOf, objectOf } from '../tensorflow.ts';

/** Figures are means over so long at least. */
const everyNs = 1e9;

const directions = ['upload', 'readback'] as const;
type Direction = (typeof directions)[number];

/** Series of each direction: bytes and copies a second. */
export const transferMetrics = {
  upload: { bytes: 'uploadBytesPerSecond', copies: 'uploadsPerSecond' },
  readback: { bytes: 'readbackBytesPerSecond', copies: 'readbacksPerSecond' },
} as const;

/**
 * Counts what goes to the device and comes back. Copies stand between passes, where WebGPU takes no timestamps, so that how
 * long they take is not known: they are told as rates and are no activities.
 */
export class Transfers {
  readonly #writer: StreamWriter;
  readonly #device: string;
  readonly #sums = { upload: { bytes: 0, copies: 0 }, readback: { bytes: 0, copies: 0 } };
  #series: Record<Direction, { bytes: SeriesId; copies: SeriesId }> | null = null;
  #sinceNs: Nanoseconds;

  constructor(writer: StreamWriter, device: string) {
    this.#writer = writer;
    this.#device = device;
    this.#sinceNs = writer.now();
  }

  /** Counts at the backend's two functions for it; where a version has others nothing is told. */
  watch(backend: object, patches: Patches): void {
    const tensors = objectOf(backend, 'tensorMap');
    patches.replace(backend, 'uploadToGPU', (original) => {
      const count = (bytes: Bytes | null) => this.#count('upload', bytes);
      return function (this: unknown, dataId) {
        // Only what lies on the host and not on the device is copied.
        const bytes = tensors === undefined ? null : bytesOnHost(tensors, dataId);
        const result = original.call(this, dataId);
        count(bytes);
        return result;
      };
    });
    patches.replace(backend, 'getBufferData', (original) => {
      const count = (bytes: Bytes | null) => this.#count('readback', bytes);
      return function (this: unknown, buffer) {
        const size: unknown = typeof buffer === 'object' && buffer !== null ? Reflect.get(buffer, 'size') : 0;
        count(typeof size === 'number' ? size : null);
        return original.call(this, buffer);
      };
    });
  }

  /** Writes the rates since the last time, where that is long enough ago. */
  tell(timeNs: Nanoseconds): void {
    const seconds = (timeNs - this.#sinceNs) / 1e9;
    if (timeNs - this.#sinceNs < everyNs) return;
    this.#sinceNs = timeNs;
    this.#series ??= { upload: this.#define('upload'), readback: this.#define('readback') };
    for (const direction of directions) {
      const sum = this.#sums[direction];
      this.#writer.sample(this.#series[direction].bytes, timeNs, sum.bytes / seconds);
      this.#writer.sample(this.#series[direction].copies, timeNs, sum.copies / seconds);
      sum.bytes = 0;
      sum.copies = 0;
    }
  }

  #define(direction: Direction): { bytes: SeriesId; copies: SeriesId } {
    const define = (metric: string) =>
      this.#writer.defineSeries({ device: this.#device, metric, from: 'tfjs-backend-webgpu' });
    const { bytes, copies } = transferMetrics[direction];
    return { bytes: define(bytes), copies: define(copies) };
  }

  #count(direction: Direction, bytes: Bytes | null): void {
    if (bytes === null) return;
    this.#sums[direction].bytes += bytes;
    this.#sums[direction].copies += 1;
  }
}

/** Bytes of a tensor that has yet to be copied to the device (tfjs-backend-webgpu, TensorData), or null. */
function bytesOnHost(tensors: object, dataId: unknown): Bytes | null {
  const data: unknown = functionOf(tensors, 'get')?.call(tensors, dataId);
  if (typeof data !== 'object' || data === null) return null;
  const resource: unknown = Reflect.get(data, 'resource');
  return resource === null || resource === undefined ? lengthOf(Reflect.get(data, 'values')) : null;
}

function lengthOf(values: unknown): Bytes | null {
  // Every type takes four bytes an element on the device.
  return ArrayBuffer.isView(values) && 'length' in values ? 4 * Number(values.length) : null;
}
