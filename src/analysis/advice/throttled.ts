import { slowingBits, throttleWords } from '../throttle-reasons.ts';
import { enoughSamples, worstGpu } from './by-gpu.ts';
import { type Advice, percent } from './finding.ts';

const id = 'throttled';
/** Power limits are touched now and then by any GPU that works; from this share of samples on it costs time. */
const worthwhile = 0.2;

export const throttled: Advice = {
  id,
  looksFor: 'clocks that power, heat or the hardware hold down',
  check(timeline, sinceNs) {
    const notYet = 'Too few samples of what holds the clocks to judge by';
    return worstGpu(timeline, sinceNs, id, notYet, (samples) => {
      const values = samples.values('throttleReasons');
      if (values.length < enoughSamples) return null;
      const often = slowingBits.filter((bit) => shareWith(values, [bit]) > worthwhile);
      const share = shareWith(values, slowingBits);
      const evidence = `Power, heat or the hardware held the clocks in ${percent(share)} of ${values.length} samples.`;
      if (share <= worthwhile) {
        return { severity: 'ok', title: 'Clocks are not held down', evidence, remedy: '' };
      }
      // Where no reason alone is frequent, all of them are named.
      const named = often.length > 0 ? often : slowingBits.filter((bit) => shareWith(values, [bit]) > 0);
      const words = throttleWords(named.reduce((sum, bit) => sum + bit, 0));
      return {
        severity: 'warn',
        title: `Clocks of ${samples.device.id} are held down: ${words}`,
        evidence,
        remedy:
          'Look at the power limit (nvidia-smi -q -d POWER,PERFORMANCE) and at the cooling; a GPU at its power limit that works well needs nothing.',
      };
    });
  },
};

function shareWith(values: readonly number[], bits: readonly number[]): number {
  const held = values.filter((value) => bits.some((bit) => Math.floor(value / bit) % 2 === 1));
  return held.length / values.length;
}
