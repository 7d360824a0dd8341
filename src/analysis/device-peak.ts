import type { Device } from '../model/device.ts';
import { absent, isKnown, known, type Measured } from '../model/measured.ts';
import { type GpuPeaks, peaksOf } from './peaks.ts';

/** Kernel tables ask for each of their rows; what is known of a device does not change. */
const found = new WeakMap<Device, Measured>();

/**
 * The most arithmetic that a device can do, in FLOP/s: as its producer knows it, or else by the table of peaks. No
 * recording tells the type that kernels of a GPU compute in, so the table gives dense products of 16 bits, which is what
 * trainings are held against; `from` says so, with the document.
 */
export function arithmeticPeak(device: Device): Measured {
  const before = found.get(device);
  if (before !== undefined) return before;
  const { peakFlops } = device;
  const peak = isKnown(peakFlops)
    ? peakFlops
    : byTable(device, (peaks) => peaks.bf16 ?? peaks.fp16, 'dense 16-bit products', peakFlops.why);
  found.set(device, peak);
  return peak;
}

/** The most bytes/s that a device moves to and from its memory, by the table of peaks. */
export function memoryPeak(device: Device): Measured {
  return byTable(device, (peaks) => peaks.memoryBytesPerSecond, 'memory bandwidth', '');
}

/** @param why what the producer said, told before what the table says */
function byTable(device: Device, pick: (peaks: GpuPeaks) => number, what: string, why: string): Measured {
  if (device.kind === 'cpu') return absent(why === '' ? 'The table of peaks is of GPUs.' : why);
  const said = why === '' ? '' : `${why} `;
  if (device.parent !== undefined) {
    return absent(
      `${said}A part of a GPU has a part of its peak, and the table of peaks has whole GPUs only.`,
    );
  }
  const peaks = peaksOf(device.name);
  return peaks === null
    ? absent(`${said}The table of peaks has no ${device.name}.`)
    : known(pick(peaks), `table of peaks, ${what} of ${peaks.model}: ${peaks.source}`);
}
