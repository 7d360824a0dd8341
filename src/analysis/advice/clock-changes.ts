import { busyUtil } from '../counter-judgement.ts';
import { enoughSamples, worstGpu } from './by-gpu.ts';
import { type Advice, percent } from './finding.ts';

const id = 'clock-changes';
/** Boost moves the clock by some percent all the time; from here on a share of cycles is no share of time. */
const worthwhile = 0.2;
/** A single sample at a start or an end is no change: what lies outside of these quantiles is left out. */
const outside = 0.05;

export const clockChanges: Advice = {
  id,
  looksFor: 'an SM clock that changes so much that figures counted in cycles are distorted',
  check(timeline, sinceNs) {
    const notYet = 'Too few samples of the SM clock of a busy GPU to judge by';
    return worstGpu(timeline, sinceNs, id, notYet, (samples) => {
      const clocks = [...samples.values('smClockMegahertz')].sort((a, b) => a - b);
      const util = samples.mean('util').value;
      // A GPU that idles lowers its clock as it should.
      if (clocks.length < enoughSamples || util === null || util < busyUtil) return null;
      const cut = Math.floor(clocks.length * outside);
      const low = clocks[cut] ?? 0;
      const high = clocks[clocks.length - 1 - cut] ?? 0;
      if (high === 0) return null;
      const evidence = `The SM clock went from ${low.toFixed(0)} to ${high.toFixed(0)} MHz.`;
      if ((high - low) / high <= worthwhile) {
        return { severity: 'ok', title: 'The SM clock is steady', evidence, remedy: '' };
      }
      return {
        severity: 'warn',
        title: `The SM clock of ${samples.device.id} varies by ${percent((high - low) / high)}`,
        evidence: `${evidence} SM active and the pipes count cycles, so their averages are distorted.`,
        remedy:
          'Compare runs at one clock (nvidia-smi --lock-gpu-clocks), and look for a power or heat limit.',
      };
    });
  },
};
