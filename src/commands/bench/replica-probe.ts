import type { TrainingProbe } from '../../model/training.ts';
import type { ReplicaFault } from './options.ts';

/** What a person reads where replicas go wrong on purpose; '' where none does. */
export function faultText(faults: readonly ReplicaFault[]): string {
  return faults
    .map(
      ({ replica, kind, step }) =>
        `replica ${replica} ${kind === 'crash' ? 'crashes' : 'hangs'} at step ${step}`,
    )
    .join(', ');
}

export interface ProbeOfReplica {
  readonly rank: number;
  /** Of all replicas: each tells of them, one does what is its own. */
  readonly faults: readonly ReplicaFault[];
  /** Counts signs of life. */
  readonly signs: Int32Array;
}

/** A probe through which a replica shows that it is alive, and goes wrong where it is to. */
export function replicaProbe(probe: TrainingProbe, { rank, faults, signs }: ProbeOfReplica): TrainingProbe {
  const own = faults.find(({ replica }) => replica === rank);
  const sign = () => void Atomics.add(signs, 0, 1);
  let step = 0;
  return {
    ...probe,
    layer(name, body) {
      sign();
      return probe.layer(name, body);
    },
    phase(name, body) {
      sign();
      return probe.phase(name, body);
    },
    beginStep() {
      sign();
      step += 1;
      probe.beginStep();
      if (own !== undefined && own.step === step) goWrong(own);
    },
    describe: (info) =>
      probe.describe(
        faults.length === 0 ? info : { ...info, fault: withFault(info.fault, faultText(faults)) },
      ),
  };
}

function withFault(before: string | undefined, added: string): string {
  return before === undefined ? added : `${before}; ${added}`;
}

function goWrong({ kind, step }: ReplicaFault): void {
  if (kind === 'crash') throw new Error(`It crashed on purpose at step ${step}.`);
  // Blocks as a kernel that never comes back does.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
