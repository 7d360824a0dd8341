import '@tensorflow/tfjs-backend-cpu';
import { activate } from '../activate.ts';
import { backendLabel, neverBroken, type StartedBackend } from '../backend.ts';
import { measurePeakFlops } from '../peak.ts';

/** Products of this size take milliseconds in plain JavaScript. */
const peakSize = 64;

/** Makes the cpu backend the active one. */
export async function startCpu(): Promise<StartedBackend> {
  await activate('cpu');
  const label = backendLabel('cpu', 1);
  return {
    id: 'cpu',
    label,
    threads: 1,
    notes: [],
    gpu: null,
    broken: neverBroken,
    measurePeakFlops: () => measurePeakFlops(label, peakSize),
    stop: async () => undefined,
  };
}
