import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WarpwatchError } from '../../model/errors.ts';
import { metrics } from '../../model/series.ts';
import { frameTypes, streamExtension } from '../../recording/format.ts';
import type { Frame } from '../../recording/frames.ts';
import { StreamFollower } from '../../recording/stream-follower.ts';

/** What the agent's streams of one process hold. */
export interface AgentStreams {
  /** Executions, or sums of them. */
  readonly work: boolean;
  /** Why kernels are missing, as the agent says. */
  readonly whys: readonly string[];
}

export interface StreamCount {
  readonly streams: number;
  readonly bytes: number;
  /** Of each process that has streams of the agent, by its pid. */
  readonly agents: ReadonlyMap<number, AgentStreams>;
}

const enough = new RangeError('enough is known');

/** What streams are in a recording, and which processes have kernels in it. */
export function countStreams(directory: string): StreamCount {
  const files = readdirSync(directory).filter((file) => file.endsWith(streamExtension));
  const agents = new Map<number, AgentStreams>();
  let bytes = 0;
  for (const file of files) {
    const path = join(directory, file);
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const pid = /^cupti-(\d+)/.exec(file)?.[1];
    if (pid === undefined) continue;
    const before = agents.get(Number(pid));
    const { work, whys } = readAgentStream(path, file);
    agents.set(Number(pid), {
      work: work || before?.work === true,
      whys: [...new Set([...(before?.whys ?? []), ...whys])],
    });
  }
  return { streams: files.length, bytes, agents };
}

/** Reads a stream up to its first execution; before it stands why there may be none. */
function readAgentStream(path: string, name: string): AgentStreams {
  let work = false;
  const whys: string[] = [];
  try {
    const follower = new StreamFollower(path, name, (frame) => {
      work = frame.type === frameTypes.activity || frame.type === frameTypes.summary;
      // The only way to end the reading early; it is no fault of the stream.
      if (work) throw enough;
      const why = frame.type === frameTypes.absent ? whyNoKernels(frame) : null;
      if (why !== null) whys.push(why);
    });
    try {
      follower.poll();
    } finally {
      follower.close();
    }
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    whys.push(error.message);
  }
  return { work, whys };
}

function whyNoKernels({ payload }: Frame): string | null {
  const absent: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  if (typeof absent !== 'object' || absent === null) return null;
  if (!('metric' in absent && 'why' in absent) || absent.metric !== metrics.kernels) return null;
  return typeof absent.why === 'string' ? absent.why : null;
}
