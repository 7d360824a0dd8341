import { metrics } from '../../src/model/series.ts';
import type { TrainingProbe } from '../../src/model/training.ts';

/** Callbacks for `model.fit` of tfjs-layers. */
export interface FitCallbacks {
  onBatchBegin(): void;
  onBatchEnd(batch: number, logs?: object): void;
  onEpochEnd(epoch: number, logs?: object): void;
}

/** Names that tfjs-layers uses in its logs, in the words of this project; others keep theirs. */
const words: ReadonlyMap<string, string> = new Map([
  ['acc', metrics.accuracy],
  ['val_loss', metrics.validationLoss],
  ['val_acc', metrics.validationAccuracy],
]);

/** Makes each batch of `model.fit` a step and each figure of its logs a metric. */
export function fitCallbacks(probe: TrainingProbe): FitCallbacks {
  const report = (logs: object | undefined, wanted: (name: string) => boolean) => {
    for (const [name, value] of Object.entries(logs ?? {})) {
      if (typeof value === 'number' && wanted(name)) probe.metric(words.get(name) ?? name, value);
    }
  };
  return {
    onBatchBegin: () => probe.beginStep(),
    onBatchEnd(_batch, logs) {
      const size: unknown = logs === undefined ? undefined : Reflect.get(logs, 'size');
      probe.endStep(typeof size === 'number' ? size : Number.NaN);
      report(logs, (name) => name !== 'batch' && name !== 'size');
    },
    // Epochs repeat the mean of what their batches said; only what is new is taken.
    onEpochEnd: (_epoch, logs) => report(logs, (name) => name.startsWith('val_')),
  };
}
