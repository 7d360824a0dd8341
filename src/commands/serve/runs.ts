import { hostname } from 'node:os';
import { nothingAsked } from '../../analysis/details.ts';
import { liveKeepNs } from '../../analysis/live.ts';
import type { RunMoment } from '../../export/metrics/moment.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { plural } from '../../model/numbers.ts';
import { RecordingReader } from '../../recording/reader.ts';
import { lookAt } from '../top/source.ts';
import { type FoundRun, RunFinder } from './find-runs.ts';

/** Recordings below a directory that are being written. */
export interface FollowedRuns {
  /** Takes what was written since the last time, and finds new ones. */
  keepUp(): void;
  /** Their present. */
  moments(): readonly RunMoment[];
  close(): void;
}

const mostRuns = 16;
const findMs = 5000;
/** A writer hands over several times a second; one that is silent so long has ended, or is stopped. */
const silentMs = 60_000;

export interface RunsOptions {
  /** Takes a sentence for the person who started it. */
  tell(sentence: string): void;
  /** Unix time; tests move it. */
  now?(): number;
}

interface Followed {
  readonly name: string;
  readonly reader: RecordingReader;
  readonly look: ReturnType<typeof lookAt>;
}

/**
 * Follows what is being recorded below a directory; new ones are found within seconds, and one that nobody writes to any more
 * is left a minute later.
 * @throws WarpwatchError `unreadable` where the directory cannot be read
 */
export function followRuns(directory: string, { tell, now = Date.now }: RunsOptions): FollowedRuns {
  const finder = new RunFinder(directory);
  const followed = new Map<string, Followed>();
  /** Those that cannot be read, as long as they are there. */
  let damaged = new Set<string>();
  let told = '';
  let foundMs = Number.NEGATIVE_INFINITY;

  /** Once for each change of it. */
  const tellOnce = (sentence: string): void => {
    if (sentence !== '' && sentence !== told) tell(sentence);
    told = sentence;
  };
  const leave = (path: string): void => {
    followed.get(path)?.reader.close();
    followed.delete(path);
  };
  /** What a look at a recording gives; null where it cannot be read, which is told. */
  const tried = <T>(path: string, look: () => T): T | null => {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof WarpwatchError)) throw error;
      tell(`${error.message} This recording is left out.`);
      damaged.add(path);
      leave(path);
      return null;
    }
  };
  const open = ({ path, name }: FoundRun): void => {
    const reader = new RecordingReader(path, { keepNs: liveKeepNs });
    followed.set(path, { name, reader, look: lookAt(reader, reader.manifest) });
  };
  const find = (nowMs: number): void => {
    const all = finder.find(nowMs);
    damaged = new Set(all.map(({ path }) => path).filter((path) => damaged.has(path)));
    const growing = all.filter(({ path, writtenMs }) => nowMs - writtenMs <= silentMs && !damaged.has(path));
    const paths = new Set(growing.map(({ path }) => path));
    for (const path of [...followed.keys()]) if (!paths.has(path)) leave(path);
    for (const run of growing) {
      if (!followed.has(run.path) && followed.size < mostRuns) tried(run.path, () => open(run));
    }
    const some = followed.size === mostRuns && growing.length > mostRuns;
    tellOnce(
      some
        ? `${plural(growing.length, 'recording')} are being written below ${directory}; ${mostRuns} are followed.`
        : '',
    );
  };
  const keepUp = (): void => {
    const nowMs = now();
    if (nowMs - foundMs >= findMs) {
      foundMs = nowMs;
      try {
        find(nowMs);
      } catch (error) {
        if (!(error instanceof WarpwatchError)) throw error;
        tellOnce(error.message);
      }
    }
    for (const [path, { look, reader }] of followed) {
      tried(path, () => {
        look.keepUp();
        if (reader.fault !== null) throw reader.fault;
      });
    }
  };
  finder.find(now());
  return {
    keepUp,
    moments: () =>
      [...followed].flatMap(([path, { name, reader, look }]): RunMoment[] => {
        const host = reader.manifest.run.host?.name;
        const snapshot = tried(path, () => look.poll({ ...nothingAsked, ranks: true }));
        if (snapshot === null) return [];
        return [{ name, snapshot, ...(host === undefined || host === hostname() ? {} : { host }) }];
      }),
    close: () => {
      for (const path of [...followed.keys()]) leave(path);
    },
  };
}
