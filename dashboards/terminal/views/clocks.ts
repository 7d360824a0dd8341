import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { throttleText } from './figure-text.ts';

/**
 * Bits that slow a busy device down: power cap, hardware slowdown, heat (software, hardware), power brake. The others
 * are an idle device and clocks that somebody chose (nvml.h, nvmlClocksEventReason…).
 */
const slowingBits = 0x04 | 0x08 | 0x20 | 0x40 | 0x80;

/** Whether something holds the clocks of a busy device down. */
export function isHeld(view: DeviceView): boolean {
  return slowing(view) !== 0;
}

/** What holds the clocks of a device down, in words; '' where nothing does or nothing is known. */
export function heldBy(view: DeviceView): string {
  return isHeld(view) ? throttleText(slowing(view)) : '';
}

function slowing(view: DeviceView): number {
  return isKnown(view.throttleReasons) ? view.throttleReasons.value & slowingBits : 0;
}
