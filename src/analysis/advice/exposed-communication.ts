import { isKnown } from '../../model/measured.ts';
import { subject, windowSeconds, worstDevice } from './by-device.ts';
import { type Advice, percent } from './finding.ts';
import { time } from './idle-causes.ts';

const id = 'exposed-communication';
/** Share of the window: below it, hiding communication better brings less than the noise between runs. */
const worthwhile = 0.1;
const enoughCollectives = 20;

export const exposedCommunication: Advice = {
  id,
  looksFor: 'collectives that no computation hides',
  check(timeline) {
    const notYet = { title: 'No communication to judge', evidence: '' };
    return worstDevice(timeline, id, notYet, (device, { communication, categories, ...used }) => {
      const { seconds, overlap, exposedSeconds } = communication;
      const calls = categories.find(({ category }) => category === 'communication')?.calls ?? 0;
      if (!isKnown(exposedSeconds) || !isKnown(seconds) || !isKnown(overlap)) return null;
      if (calls < enoughCollectives) return null;
      const share = exposedSeconds.value / windowSeconds({ ...used, communication, categories });
      const evidence = `${calls} collectives ran for ${time(seconds.value)}; computation hid ${percent(overlap.value)} of it, and ${time(exposedSeconds.value)}, ${percent(share)} of the window, it did not.`;
      if (share < worthwhile) {
        const title = 'Communication is short or hidden';
        return { finding: { severity: 'ok', title, evidence, remedy: '' }, weight: share };
      }
      return {
        finding: {
          severity: 'warn',
          title: `${subject(timeline, device)} does nothing but communicate ${percent(share)} of the time`,
          evidence,
          remedy:
            'Start collectives while gradients are still computed (DDP buckets, FSDP prefetch), send less often or fewer bits, and look for a rank that the others wait for.',
        },
        weight: share,
      };
    });
  },
};
