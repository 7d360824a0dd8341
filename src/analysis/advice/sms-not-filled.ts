import { isKnown } from '../../model/measured.ts';
import { subject, worstDevice } from './by-device.ts';
import { type Advice, percent } from './finding.ts';
import {
  computingKernels,
  enoughKernels,
  type HeavyKernel,
  heaviest,
  sumOf,
  timeOf,
} from './heavy-kernels.ts';

const id = 'sms-not-filled';
/** Share of SM-time that kernels leave without a block while they run, from which on it is worth a person's time. */
const worthwhile = 0.2;
/** Below this share of kernel time with a known grid, the rest could be anything. */
const enoughShapes = 0.9;

export const smsNotFilled: Advice = {
  id,
  looksFor: 'kernels with fewer blocks than the device has SMs',
  check(timeline) {
    const notYet = {
      title: 'Too few kernels with a known grid to judge how they fill the device',
      evidence: '',
    };
    return worstDevice(timeline, id, notYet, (device, { smActive, kernelBusy }) => {
      const kernels = computingKernels(timeline, device.id);
      if (!isKnown(device.smCount) || !enoughKernels(kernels)) return null;
      const total = sumOf(kernels, timeOf);
      const shaped = kernels.filter(({ blocks }) => blocks !== null);
      if (total === 0 || sumOf(shaped, timeOf) / total < enoughShapes) return null;
      const sms = device.smCount.value;
      const unfilled = ({ blocks, durationNs }: HeavyKernel) =>
        durationNs * (1 - Math.min(1, (blocks ?? sms) / sms));
      const alone = sumOf(kernels, unfilled) / total;
      // Kernels that run side by side fill what each alone leaves; the sweep knows, where it is not a counter's figure.
      const together =
        isKnown(smActive) && isKnown(kernelBusy) && kernelBusy.value > 0
          ? 1 - smActive.value / kernelBusy.value
          : alone;
      const share = Math.min(alone, together);
      const underOneWave = shaped.filter(({ occupancy }) => occupancy !== null && occupancy.waves < 1);
      const evidence = `While kernels run, ${percent(alone)} of SM-time has no block; ${percent(sumOf(underOneWave, timeOf) / total)} of kernel time is in grids under one wave.`;
      if (share < worthwhile) {
        const title = 'Kernels fill the device while they run';
        return { finding: { severity: 'ok', title, evidence, remedy: '' }, weight: share };
      }
      const who = heaviest(kernels, unfilled, ({ blocks }) => `${blocks} blocks on ${sms} SMs`);
      return {
        finding: {
          severity: 'warn',
          title: `${subject(timeline, device)} has ${percent(share)} of its SMs empty while kernels run`,
          evidence: `${evidence} Most of it in ${who}.`,
          remedy:
            'Give each launch more blocks: a larger batch, smaller tiles or split-K, or independent kernels side by side on several streams.',
        },
        weight: share,
      };
    });
  },
};
