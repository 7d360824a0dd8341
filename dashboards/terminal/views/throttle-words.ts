/** What each bit of the driver's throttle reasons means (nvml.h, nvmlClocksEventReason…). */
const meanings: readonly (readonly [number, string])[] = [
  [0x01, 'idle'],
  [0x02, 'application clocks'],
  [0x04, 'power cap'],
  [0x08, 'hardware slowdown'],
  [0x10, 'sync boost'],
  [0x20, 'heat'],
  [0x40, 'heat (hardware)'],
  [0x80, 'power brake'],
  [0x100, 'display clocks'],
];

/** The reasons that are set, in words. */
export function throttleWords(bits: number): string[] {
  return meanings.filter(([bit]) => (bits & bit) !== 0).map(([, words]) => words);
}
