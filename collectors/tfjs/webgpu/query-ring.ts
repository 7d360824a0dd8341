import type { Nanoseconds } from '../../../src/model/units.ts';
import {
  bufferUsage,
  type GpuBuffer,
  type GpuCommandEncoder,
  type GpuDevice,
  type GpuQuerySet,
  mapModeRead,
} from './structure.ts';

export interface QueryRingOptions {
  /** Passes in a segment; two timestamps of 8 bytes each. WebGPU allows 2,048. */
  readonly passes?: number;
  /** Segments at most: the host may be so far ahead of the GPU. 64 of 256 passes are seven steps of ResNet-50. */
  readonly segments?: number;
  /** A segment that is not full is read after so long, so that a live view lags by little. */
  readonly longestNs?: Nanoseconds;
}

const defaults = { passes: 256, segments: 64, longestNs: 20e6 } as const;
/** A segment this full is read, since the next submission may not fit. */
const fullEnough = 0.75;

/**
 * A segment that is not full is read only while so few wait to be read. More say that the GPU is behind, so that reading
 * it early would show nothing sooner, and segments with a few passes each would use up all there are.
 */
const mostEarly = 4;

/** What stands in `Segment.launches` beside ids of launches. */
export const noLaunch = { unknown: -1, none: -2 } as const;

/** Passes that are read together: their timestamps, and the launches they belong to. */
export class Segment {
  /** Launch of each pass; `none` where it holds no kernel, `unknown` until its kernel has returned. */
  readonly launches: Int32Array;
  readonly querySet: GpuQuerySet;
  readonly resolved: GpuBuffer;
  readonly readable: GpuBuffer;
  used = 0;
  submitted = 0;
  /** First pass of each submission, and the host's time right before it. */
  readonly submissions: { firstPass: number; ns: Nanoseconds }[] = [];
  beganNs: Nanoseconds = 0;

  constructor(device: GpuDevice, passes: number) {
    const size = 16 * passes;
    const { copySource, copyDestination, queryResolve, mapRead } = bufferUsage;
    this.launches = new Int32Array(passes);
    this.querySet = device.createQuerySet({ type: 'timestamp', count: 2 * passes });
    this.resolved = device.createBuffer({ size, usage: queryResolve | copySource });
    this.readable = device.createBuffer({ size, usage: mapRead | copyDestination });
  }

  get isFull(): boolean {
    return this.used === this.launches.length;
  }

  /** Passes that hold a kernel. */
  get kernels(): number {
    return this.launches.subarray(0, this.used).filter((launch) => launch !== noLaunch.none).length;
  }

  clear(): void {
    this.used = 0;
    this.submitted = 0;
    this.submissions.length = 0;
  }

  destroy(): void {
    this.querySet.destroy();
    this.resolved.destroy();
    this.readable.destroy();
  }
}

/** Who is told of segments. */
export interface SegmentReader {
  now(): Nanoseconds;
  /** `stamps`: low and high half of the begin and of the end of each pass; void after the call. */
  read(segment: Segment, stamps: Uint32Array, seenNs: Nanoseconds): void;
  /** The timestamps of a segment cannot be read. */
  failed(segment: Segment, error: unknown): void;
}

/**
 * Queries for timestamps, in segments that go round: one is filled pass by pass, resolved along with a submission that the
 * program makes anyway, mapped without anybody waiting, read, and filled again. Nothing here waits for the GPU.
 */
export class QueryRing {
  readonly #device: GpuDevice;
  readonly #reader: SegmentReader;
  readonly #passes: number;
  readonly #most: number;
  readonly #longestNs: Nanoseconds;
  readonly #free: Segment[] = [];
  readonly #outstanding = new Map<Segment, Promise<void>>();
  #current: Segment | null = null;
  #made = 0;

  constructor(device: GpuDevice, reader: SegmentReader, options: QueryRingOptions = {}) {
    this.#device = device;
    this.#reader = reader;
    this.#passes = options.passes ?? defaults.passes;
    this.#most = options.segments ?? defaults.segments;
    this.#longestNs = options.longestNs ?? defaults.longestNs;
  }

  /** A segment whose last used pass is the caller's, or null where all are waiting to be read. */
  reserve(): Segment | null {
    if (this.#current?.isFull) return null;
    const segment = this.#current ?? this.#next();
    if (segment === null) return null;
    if (segment.used === 0) segment.beganNs = this.#reader.now();
    this.#current = segment;
    segment.launches[segment.used] = noLaunch.unknown;
    segment.used += 1;
    return segment;
  }

  /**
   * To be called before commands are submitted, with the encoder that they are in. Gives back the segment that was resolved
   * with them, for `afterSubmit`.
   */
  beforeSubmit(encoder: GpuCommandEncoder, atOnce = false): Segment | null {
    const segment = this.#current;
    if (segment === null || segment.used === 0) return null;
    const ns = this.#reader.now();
    if (segment.submitted < segment.used) segment.submissions.push({ firstPass: segment.submitted, ns });
    segment.submitted = segment.used;
    const isFullEnough = segment.used >= fullEnough * this.#passes;
    const isOld = ns - segment.beganNs >= this.#longestNs && this.#outstanding.size < mostEarly;
    if (!isFullEnough && !isOld && !atOnce) return null;
    const { querySet, resolved, readable, used } = segment;
    encoder.resolveQuerySet(querySet, 0, 2 * used, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, 16 * used);
    this.#current = null;
    return segment;
  }

  /** Reads a segment when it is there; settles when it has been. Never rejects. */
  afterSubmit(segment: Segment): Promise<void> {
    const size = 16 * segment.used;
    const reading = segment.readable.mapAsync(mapModeRead, 0, size).then(
      () => {
        if (!this.#outstanding.delete(segment)) return;
        const seenNs = this.#reader.now();
        try {
          const stamps = new Uint32Array(segment.readable.getMappedRange(0, size));
          this.#reader.read(segment, stamps, seenNs);
          segment.readable.unmap();
          segment.clear();
          this.#free.push(segment);
        } catch (error) {
          this.#abandon(segment, error);
        }
      },
      (error: unknown) => {
        if (!this.#outstanding.delete(segment)) return;
        this.#abandon(segment, error);
      },
    );
    this.#outstanding.set(segment, reading);
    return reading;
  }

  /** Settles when all that was submitted has been read, or given up after the deadline. */
  async drained(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all(this.#outstanding.values()), deadline]);
    clearTimeout(timer);
    const late = new Error(`the GPU did not end its work within ${deadlineMs / 1000} s`);
    for (const segment of this.#outstanding.keys()) this.#reader.failed(segment, late);
    this.#outstanding.clear();
  }

  /** Frees what is on the device, and tells of passes that were never submitted. */
  destroy(): void {
    if (this.#current !== null) this.#abandon(this.#current, new Error('it was never submitted'));
    this.#current = null;
    for (const segment of this.#free.splice(0)) segment.destroy();
  }

  #next(): Segment | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made >= this.#most) return null;
    this.#made += 1;
    return new Segment(this.#device, this.#passes);
  }

  /** Nobody knows what state its buffers are in, so another takes its place. */
  #abandon(segment: Segment, error: unknown): void {
    this.#made -= 1;
    try {
      this.#reader.failed(segment, error);
      segment.destroy();
    } catch {
      // A device that is lost refuses even that.
    }
  }
}
