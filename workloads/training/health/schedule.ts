/** The dearer checks run at each power of two up to here, and from there on once in so many steps. */
const checkEvery = 64;
/** A forward pass more is a third of a step: once in so many steps it is little. */
const modesEvery = 256;

/**
 * Whether step `number`, from 1, is looked at closely: 1, 2, 4, 8, 16, 32, 64, 128, 192, ... A training goes wrong at its
 * begin, and from there on the checks must not cost anything to speak of.
 */
export function isCheckStep(number: number): boolean {
  if (number >= checkEvery) return number % checkEvery === 0;
  return number > 0 && (number & (number - 1)) === 0;
}

/**
 * Whether a close look is at what layers give too, which is the dearest and changes the least: 1, 4, 16, 64, 128, ... Of a
 * rate that is too high the updates in between tell.
 */
export function isActivationStep(number: number): boolean {
  return isCheckStep(number) && (number >= checkEvery || Math.log2(number) % 2 === 0);
}

/** Whether a batch of step `number` goes forward a second time, with moving statistics. */
export function isModesStep(number: number): boolean {
  return number > 0 && number % modesEvery === 0;
}
