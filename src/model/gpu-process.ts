import type { Measured } from './measured.ts';
import type { Bytes, Nanoseconds, Ratio } from './units.ts';

/** A process that holds memory or a context on a GPU. */
export interface GpuProcess {
  readonly pid: number;
  /** Short, such as `python`; '' where it cannot be read. */
  readonly name: string;
  /** The whole command line; '' where it cannot be read, as of another user's container. */
  readonly command: string;
  /** Login name, or the number where it has none; '' where unknown. */
  readonly user: string;
  /** Process id of its parent, for a tree; null where unknown. */
  readonly parent: number | null;
  /** Short id of the container that it runs in; '' for none. */
  readonly container: string;
  readonly kind: 'compute' | 'graphics' | 'both';
  readonly memoryBytes: Measured<Bytes>;
  /** Share of the time that kernels of this process ran, as the driver samples it. */
  readonly util: Measured<Ratio>;
}

/** All processes of one device at a moment; it replaces the list before it. */
export interface GpuProcessList {
  readonly device: string;
  readonly timeNs: Nanoseconds;
  readonly processes: readonly GpuProcess[];
}

/**
 * How a device stands: `lost` fell off the bus, `hung` does not answer a call, `refused` is listed by its driver, which tells
 * nothing of it, `removed` is no longer listed.
 */
export type DeviceCondition = 'present' | 'lost' | 'hung' | 'refused' | 'removed';

/** From this moment on a device stands so. */
export interface DeviceState {
  readonly device: string;
  readonly timeNs: Nanoseconds;
  readonly condition: DeviceCondition;
  /** A sentence on what was seen and what to do; '' for `present`. */
  readonly why: string;
}
