import type { Measured } from './measured.ts';
import type { Bytes } from './units.ts';

/** A processor that runs kernels, with what does not change while it runs. */
export interface Device {
  /** Unique within a recording: `cpu`, `gpu0`, a UUID. */
  readonly id: string;
  readonly kind: 'cpu' | 'gpu';
  readonly name: string;
  readonly vendor: string;
  /** Streaming multiprocessors; for a CPU absent, since a core is not one. */
  readonly smCount: Measured;
  /** Such as `9.0`. */
  readonly computeCapability: Measured<string>;
  readonly memoryBytes: Measured<Bytes>;
  /** The most arithmetic it can do, in FLOP/s of the type that the workload uses; `from` says how it is known. */
  readonly peakFlops: Measured;
  /** As the driver gives it, `GPU-…` or `MIG-…`; sources that see the same GPU are joined by it. */
  readonly uuid?: string;
  /** Address on the bus, such as `0000:9b:00.0`. */
  readonly pciBusId?: string;
  /** Id of the GPU that a MIG device is a part of. */
  readonly parent?: string;
}
