import type { Measured } from './measured.ts';
import type { Seconds } from './units.ts';

/** How a source of figures does, for whoever watches the watcher. */
export interface SourceHealth {
  /** Its id: `nvml`, `nvidia-smi`, `dcgm`, `host`. */
  readonly id: string;
  /** Whether its last look gave figures. */
  readonly works: boolean;
  /** Why not and what to do; '' where it works. */
  readonly why: string;
  /** How long its last look took. */
  readonly lookSeconds: Measured<Seconds>;
}
