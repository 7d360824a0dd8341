import { type Command, InvalidArgumentError } from 'commander';
import type { ReplayControl } from '../../dashboards/terminal/dashboard.ts';
import { LiveView, liveKeepNs } from '../analysis/live.ts';
import type { Snapshot } from '../analysis/snapshot.ts';
import type { Timeline } from '../model/timeline.ts';
import { toSeconds } from '../model/units.ts';
import { readRecording } from '../recording/reader.ts';
import { TimelinePlayer } from '../recording/timeline-player.ts';
import type { Finish } from './command.ts';
import { type Signal, signalExitCodes, watch } from './watch.ts';

const slowest = 0.1;
const fastest = 1000;

/** `replay PATH`: the dashboard over a recording that is finished. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .argument('<path>', 'directory of a recording')
    .option('--speed <factor>', 'times as fast as it was', parseSpeed, 1)
    .addHelpText('before', 'Examples:\n  warpwatch replay runs/first --speed 4\n')
    .action(async (path: string, { speed }: { speed: number }) => {
      const replay = new Replay(readRecording(path), speed);
      const { signal } = await watch({ poll: () => replay.poll(), replay, stayAtEnd: true });
      if (signal !== null) finish(signalExitCodes[signal satisfies Signal]);
    });
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed >= slowest && speed <= fastest)) {
    throw new InvalidArgumentError(`It takes a number from ${slowest} to ${fastest}.`);
  }
  return speed;
}

/** A clock that runs over a finished timeline, can stand still, jump and change its pace. */
export class Replay implements ReplayControl {
  readonly #player: TimelinePlayer;
  readonly #readMs: () => number;
  #view: LiveView | null = null;
  #played: Timeline | null = null;
  #speed: number;
  #paused = false;
  #positionSeconds = 0;
  #lastMs: number;

  /** @param readMs a clock in milliseconds that only goes forward */
  constructor(timeline: Timeline, speed: number, readMs: () => number = () => performance.now()) {
    this.#player = new TimelinePlayer(timeline, { keepNs: liveKeepNs });
    this.#speed = speed;
    this.#readMs = readMs;
    this.#lastMs = readMs();
    this.#positionSeconds = Math.max(0, toSeconds(timeline.extent?.startNs ?? 0));
  }

  /** The moment that the clock has reached. */
  poll(): Snapshot {
    this.#advance();
    const nowNs = this.#positionSeconds * 1e9;
    const played = this.#player.advanceTo(nowNs);
    // Going back gives another timeline, and histories of their own with it.
    if (this.#view === null || played !== this.#played) this.#view = new LiveView(played);
    this.#played = played;
    return this.#view.snapshot(nowNs);
  }

  position(): ReturnType<ReplayControl['position']> {
    return { speed: this.#speed, positionSeconds: this.#positionSeconds, lengthSeconds: this.#lengthSeconds };
  }

  pause(paused: boolean): void {
    this.#advance();
    this.#paused = paused;
  }

  seek(seconds: number): void {
    this.#advance();
    this.#moveTo(this.#positionSeconds + seconds);
  }

  changeSpeed(factor: number): void {
    this.#advance();
    this.#speed = Math.min(fastest, Math.max(slowest, this.#speed * factor));
  }

  get #lengthSeconds(): number {
    return toSeconds(this.#player.endNs);
  }

  #advance(): void {
    const nowMs = this.#readMs();
    if (!this.#paused) this.#moveTo(this.#positionSeconds + ((nowMs - this.#lastMs) / 1e3) * this.#speed);
    this.#lastMs = nowMs;
  }

  #moveTo(seconds: number): void {
    this.#positionSeconds = Math.min(this.#lengthSeconds, Math.max(0, seconds));
  }
}
