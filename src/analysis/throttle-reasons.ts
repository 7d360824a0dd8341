/** What holds the clocks down, by the bits of nvml.h (nvmlClocksEventReasons…, before nvmlClocksThrottleReasons…). */
interface ThrottleReason {
  readonly bit: number;
  readonly words: string;
  /** Whether it takes work away, as power and heat do; idle clocks and chosen ones do not. */
  readonly slows: boolean;
}

const reasons: readonly ThrottleReason[] = [
  { bit: 0x1, words: 'idle', slows: false },
  { bit: 0x2, words: 'application clocks', slows: false },
  { bit: 0x4, words: 'power limit', slows: true },
  { bit: 0x8, words: 'hardware slowdown', slows: true },
  { bit: 0x10, words: 'sync boost', slows: false },
  { bit: 0x20, words: 'heat (driver)', slows: true },
  { bit: 0x40, words: 'heat (hardware)', slows: true },
  { bit: 0x80, words: 'power brake', slows: true },
  { bit: 0x100, words: 'display clocks', slows: false },
];

/** The bits that take work away: power, heat, slowdown by the hardware. */
export const slowingBits: readonly number[] = reasons.filter(({ slows }) => slows).map(({ bit }) => bit);

/** Whether any of these bits takes work away. Not by `&`, which would cut the field's 64 bits to 32. */
export function slows(bits: number): boolean {
  return slowingBits.some((bit) => Math.floor(bits / bit) % 2 === 1);
}

/** Bits in words, such as `power limit, heat (driver)`; '' for 0. Bits that nobody has named stay as a number. */
export function throttleWords(bits: number): string {
  const words: string[] = [];
  // Not by `&`, which would cut the field's 64 bits to 32.
  let rest = Math.max(0, Math.trunc(bits));
  for (const { bit, words: own } of [...reasons].reverse()) {
    if (Math.floor(rest / bit) % 2 === 0) continue;
    words.unshift(own);
    rest -= bit;
  }
  if (rest > 0) words.push(`unknown reason 0x${rest.toString(16)}`);
  return words.join(', ');
}
