import type { Nanoseconds } from '../model/units.ts';
import { clockName } from '../recording/clock.ts';
import type { Manifest } from '../recording/manifest.ts';

/** The present on a recording's axis: by its own clock on the host and boot that wrote it, else by Unix time. */
export function presentOf({ clock }: Manifest): () => Nanoseconds {
  if (clock.name === clockName()) return () => Number(process.hrtime.bigint() - clock.clockNs);
  return () => Number(BigInt(Date.now()) * 1_000_000n - clock.unixNs);
}
