import { toSeconds } from '../../model/units.ts';
import { stateAt, whyGone } from '../device-view.ts';
import { samplesSince } from '../sampled-figures.ts';
import { isProgramFault, xidWords } from '../xid-words.ts';
import { worstGpu } from './by-gpu.ts';
import type { Advice } from './finding.ts';

const id = 'device-lost';
/** So many different events are named; a GPU that fails sends many. */
const mostNamed = 4;

const remedies = {
  gone: 'Look for XID in the kernel log (dmesg); reset the GPU, or restart the host where it does not come back.',
  refused:
    'See what `nvidia-smi` says of it; ask the administrator for access to its file below /dev/, or look for NVRM in the kernel log (dmesg).',
} as const;

export const deviceLost: Advice = {
  id,
  looksFor: 'a GPU that is lost, hangs, is refused or was removed, and errors that its driver reports (XID)',
  check(timeline, sinceNs) {
    return worstGpu(timeline, sinceNs, id, '', ({ device }) => {
      const state = stateAt(timeline, device.id, Number.POSITIVE_INFINITY);
      const gone = whyGone(device, state);
      const seen = samplesSince(timeline, device.id, 'xid', Number.NEGATIVE_INFINITY);
      const xids = [...new Set(seen?.values ?? [])];
      const firstNs = seen?.timesNs[0] ?? 0;
      const named = xids.slice(-mostNamed).map(xidWords).join(', ');
      const events =
        named === '' ? '' : `The driver reported ${named}, first at ${toSeconds(firstNs).toFixed(0)} s.`;
      if (gone !== null) {
        return {
          severity: 'warn',
          title: `${device.id} is ${state.condition}`,
          evidence: [gone.why, events].filter((part) => part !== '').join(' '),
          remedy: state.condition === 'refused' ? remedies.refused : remedies.gone,
        };
      }
      if (xids.length === 0)
        return { severity: 'ok', title: 'No GPU reports an error', evidence: '', remedy: '' };
      return {
        severity: 'warn',
        title: `The driver reports errors of ${device.id}: ${named}`,
        evidence: events,
        remedy: xids.every(isProgramFault)
          ? 'Look at the program first: run it under compute-sanitizer, and with CUDA_LAUNCH_BLOCKING=1.'
          : "Look the numbers up in NVIDIA's list of XID errors, and at ECC (nvidia-smi -q -d ECC); move work away from this GPU if they come again.",
      };
    });
  },
};
