import { type Command, InvalidArgumentError } from 'commander';
import type { ReplayControl } from '../../dashboards/terminal/dashboard.ts';
import type { DetailsAsked } from '../analysis/details.ts';
import { LiveView, liveKeepNs } from '../analysis/live.ts';
import type { Snapshot } from '../analysis/snapshot.ts';
import type { Timeline } from '../model/timeline.ts';
import { type Nanoseconds, nanosecondsPerSecond, toSeconds } from '../model/units.ts';
import { readRecording } from '../recording/reader.ts';
import { TimelinePlayer } from '../recording/timeline-player.ts';
import type { Finish } from './command.ts';
import { type Signal, signalExitCodes, watch } from './watch.ts';

const slowest = 0.1;
const fastest = 1000;
const pieceNs: Nanoseconds = liveKeepNs / 2;

/** `replay PATH`: the dashboard over a recording that is finished. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  command
    .argument('<path>', 'directory of a recording')
    .option('--speed <factor>', 'times as fast as it was', parseSpeed, 1)
    .addHelpText('before', 'Examples:\n  warpwatch replay runs/first --speed 4\n')
    .action(async (path: string, { speed }: { speed: number }) => {
      const replay = new Replay(readRecording(path), speed);
      const { signal } = await watch({ poll: (asked) => replay.poll(asked), replay, stayAtEnd: true });
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
  #view: LiveView;
  #speed: number;
  #paused = false;
  #positionNs: Nanoseconds = 0;
  /** Up to where the view has been brought. */
  #shownNs: Nanoseconds = 0;
  #lastMs: number;

  /** @param readMs a clock in milliseconds that only goes forward */
  constructor(timeline: Timeline, speed: number, readMs: () => number = () => performance.now()) {
    this.#player = new TimelinePlayer(timeline, { keepNs: liveKeepNs });
    this.#view = new LiveView(this.#player.advanceTo(Number.NEGATIVE_INFINITY));
    this.#speed = speed;
    this.#readMs = readMs;
    this.#lastMs = readMs();
    this.#moveTo(timeline.extent?.startNs ?? 0);
  }

  /** The moment that the clock has reached. */
  poll(asked?: DetailsAsked): Snapshot {
    this.#advance();
    if (this.#positionNs < this.#shownNs) {
      // Going back gives another timeline, and histories of their own with it.
      this.#view = new LiveView(this.#player.advanceTo(Number.NEGATIVE_INFINITY));
      this.#shownNs = 0;
    }
    // In pieces, so that no execution is forgotten before the histories have seen it.
    for (let timeNs = this.#shownNs + pieceNs; timeNs < this.#positionNs; timeNs += pieceNs) {
      this.#player.advanceTo(timeNs);
      this.#view.keepUp(timeNs);
    }
    this.#player.advanceTo(this.#positionNs);
    this.#shownNs = this.#positionNs;
    return this.#view.snapshot(this.#positionNs, asked);
  }

  position(): ReturnType<ReplayControl['position']> {
    return {
      speed: this.#speed,
      positionSeconds: toSeconds(this.#positionNs),
      lengthSeconds: toSeconds(this.#player.endNs),
    };
  }

  pause(paused: boolean): void {
    this.#advance();
    this.#paused = paused;
  }

  seek(seconds: number): void {
    this.#advance();
    this.#moveTo(this.#positionNs + seconds * nanosecondsPerSecond);
  }

  changeSpeed(factor: number): void {
    this.#advance();
    this.#speed = Math.min(fastest, Math.max(slowest, this.#speed * factor));
  }

  #advance(): void {
    const nowMs = this.#readMs();
    if (!this.#paused) this.#moveTo(this.#positionNs + (nowMs - this.#lastMs) * 1e6 * this.#speed);
    this.#lastMs = nowMs;
  }

  #moveTo(timeNs: Nanoseconds): void {
    this.#positionNs = Math.min(this.#player.endNs, Math.max(0, timeNs));
  }
}
