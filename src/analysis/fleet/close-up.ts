import type { LabelledCurve } from '../../model/labelled.ts';
import type { Curve, Snapshot, TrainingView } from '../snapshot.ts';
import { type Grid, histories, trainingCurve } from './host-curves.ts';
import { hostSnapshot } from './host-snapshot.ts';
import type { HostDraft } from './join-hosts.ts';
import type { MetricReader } from './readers.ts';
import { mainTraining } from './training.ts';
import type { AbsentFigures } from './why-absent.ts';

/** What is known of the past of a host. */
export interface HostPast {
  readonly curves: readonly LabelledCurve[];
  readonly grid: Grid;
}

/** A host that is looked at closely: everything that is told of it, with its curves. */
export function closeUp(
  host: HostDraft,
  { curves, grid }: HostPast,
  readers: ReadonlyMap<string, MetricReader>,
  absences: AbsentFigures,
): Snapshot {
  const snapshot = hostSnapshot(host, absences, true);
  const past = histories(curves, host.devices, readers, grid);
  return {
    ...snapshot,
    devices: snapshot.devices.map((view, index) => ({ ...view, history: past[index] ?? view.history })),
    training: withCurves(snapshot.training, mainTraining(host)?.run ?? '', curves),
  };
}

function withCurves(
  training: TrainingView | null,
  run: string,
  curves: readonly LabelledCurve[],
): TrainingView | null {
  if (training === null) return null;
  const loss = trainingCurve(curves, run, 'loss');
  const accuracy = trainingCurve(curves, run, 'accuracy');
  const longer = (past: Curve, present: Curve): Curve => (past.x.length > 0 ? past : present);
  return {
    ...training,
    loss: longer(loss, training.loss),
    accuracy: longer(accuracy, training.accuracy),
  };
}
