import type { DeviceView } from '../../src/analysis/snapshot.ts';
import { slowingBits, throttleWords } from '../../src/analysis/throttle-reasons.ts';
import { isKnown } from '../../src/model/measured.ts';

/** Whether something holds the clocks of a busy device down. */
export function isHeld(view: DeviceView): boolean {
  return slowing(view) !== 0;
}

/** What holds the clocks of a device down, in words; '' where nothing does or nothing is known. */
export function heldBy(view: DeviceView): string {
  return throttleWords(slowing(view));
}

/** Those bits that take work away from a busy device. */
function slowing(view: DeviceView): number {
  if (!isKnown(view.throttleReasons)) return 0;
  const { value } = view.throttleReasons;
  // Not by `&`, which would cut the field's 64 bits to 32.
  return slowingBits.reduce((sum, bit) => sum + (Math.floor(value / bit) % 2 === 1 ? bit : 0), 0);
}
