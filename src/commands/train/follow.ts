import type { SnapshotSource } from '../../../dashboards/terminal/dashboard.ts';
import { LiveView, liveKeepNs } from '../../analysis/live.ts';
import { RecordingReader } from '../../recording/reader.ts';
import { presentOf } from '../present.ts';
import type { TrainingChild } from './child.ts';

/** Snapshots of the recording as it grows; a child that ended without a word counts as failed. */
export function follow(directory: string, child: TrainingChild): SnapshotSource['poll'] {
  const reader = new RecordingReader(directory, { keepNs: liveKeepNs });
  const view = new LiveView(reader.timeline);
  const present = presentOf(reader.manifest);
  return (asked) => {
    // Asked before reading: what the child wrote before it ended is then in what is read.
    const end = child.end;
    while (reader.poll());
    const snapshot = view.snapshot(present(), asked);
    if (end === null || snapshot.state === 'failed' || snapshot.state === 'ended') return snapshot;
    return {
      ...snapshot,
      state: 'failed',
      message: end.kind === 'failed' ? end.message : 'The training is gone.',
    };
  };
}
