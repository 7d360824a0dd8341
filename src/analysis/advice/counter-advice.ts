import type { Device } from '../../model/device.ts';
import type { CounterFigures, Judgement } from '../counter-judgement.ts';
import { worstGpu } from './by-gpu.ts';
import { counterEvidence, judgeSamples } from './counter-samples.ts';
import type { Advice } from './finding.ts';

const notYet = 'Too few samples of a busy GPU with counters to judge by';

/** What one judgement of a busy GPU's counters comes to. */
interface CounterCase extends Pick<Advice, 'id' | 'looksFor'> {
  readonly judgement: Judgement;
  /** The title where it does not hold. */
  readonly fine: string;
  title(device: Device, figures: CounterFigures): string;
  remedy(device: Device): string;
}

/** A piece of advice that warns where the counters of a busy GPU come to this judgement. */
export function counterAdvice({ id, looksFor, judgement, fine, title, remedy }: CounterCase): Advice {
  return {
    id,
    looksFor,
    check: (timeline, sinceNs) =>
      worstGpu(timeline, sinceNs, id, notYet, (samples) => {
        const judged = judgeSamples(samples);
        if (judged.judgement === null) return null;
        const evidence = counterEvidence(judged.figures);
        if (judged.judgement !== judgement) return { severity: 'ok', title: fine, evidence, remedy: '' };
        const { device } = samples;
        return { severity: 'warn', title: title(device, judged.figures), evidence, remedy: remedy(device) };
      }),
  };
}
