import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuDevice } from '../../../../collectors/host/cpu-device.ts';
import { manifestFile, streamExtension } from '../../../recording/format.ts';
import { describeRun } from '../../../recording/manifest.ts';
import { createRecording } from '../../../recording/recording.ts';
import { warpwatchVersion } from '../../version.ts';

/** Where a rank records its replica. */
export interface RecordingPlace {
  readonly directory: string;
  /** Whether it is this rank's alone, and its stream has to be sent to the recording. */
  readonly isOwn: boolean;
  /** Takes away what is this rank's alone. */
  remove(): void;
}

/**
 * The recording of rank 0 where this rank sees it, otherwise one of its own until the run has ended.
 * @throws WarpwatchError `unwritable`, `disk-full`
 */
export function placeRecording(directory: string): RecordingPlace {
  if (existsSync(join(directory, manifestFile))) return { directory, isOwn: false, remove: () => undefined };
  const temporary = mkdtempSync(join(tmpdir(), 'warpwatch-rank-'));
  const own = join(temporary, 'recording');
  createRecording(own, describeRun(directory, [], { warpwatch: warpwatchVersion() }, [cpuDevice()]));
  return { directory: own, isOwn: true, remove: () => rmSync(temporary, { recursive: true, force: true }) };
}

export function replicaStream(directory: string, rank: number): string {
  return join(directory, `replica${rank}${streamExtension}`);
}
