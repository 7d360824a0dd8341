import type {
  ActivityBlock,
  HostBlock,
  RecordedWindow,
  SampledSeries,
  SummaryBlock,
  Timeline,
} from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { TimelineBuilder, type TimelineOptions } from './timeline-builder.ts';

/**
 * Plays a finished timeline again: `advanceTo` gives it as it stood at a moment. Going back starts anew, so it
 * costs as much as playing up to there.
 */
export class TimelinePlayer {
  readonly #whole: Timeline;
  readonly #options: TimelineOptions;
  /** Blocks by their last end, since several producers wrote them. */
  readonly #blocks: readonly ActivityBlock[];
  readonly #summaries: readonly SummaryBlock[];
  readonly #hostBlocks: readonly HostBlock[];
  readonly #windows: readonly RecordedWindow[];
  #played: TimelineBuilder;
  #timeNs: Nanoseconds = Number.NEGATIVE_INFINITY;
  #cursors = atBegin();
  #series: { from: SampledSeries; to: SampledSeries; at: number }[] = [];

  constructor(whole: Timeline, options: TimelineOptions = {}) {
    this.#whole = whole;
    this.#options = options;
    this.#blocks = byEnd(whole.activity);
    this.#summaries = byEnd(whole.summaries);
    this.#hostBlocks = byEnd(whole.host.blocks);
    this.#windows = [...whole.windows].sort((a, b) => a.endNs - b.endNs);
    this.#played = this.#startAnew();
  }

  /** End of the timeline; its origin is 0. */
  get endNs(): Nanoseconds {
    return this.#whole.extent?.endNs ?? 0;
  }

  /** The timeline as it stood at `timeNs`; the same object as long as time goes on. */
  advanceTo(timeNs: Nanoseconds): Timeline {
    if (timeNs < this.#timeNs) this.#played = this.#startAnew();
    this.#timeNs = timeNs;
    this.#playRecords(timeNs);
    if (timeNs >= this.endNs) this.#playEnd();
    return this.#played;
  }

  #playRecords(timeNs: Nanoseconds): void {
    const { steps, marks } = this.#whole;
    const cursors = this.#cursors;
    for (let step = steps[cursors.steps]; step && step.endNs <= timeNs; step = steps[++cursors.steps]) {
      this.#played.addStep(step);
    }
    for (let mark = marks[cursors.marks]; mark && mark.endNs <= timeNs; mark = marks[++cursors.marks]) {
      this.#played.addMark(mark);
    }
    this.#playBlocks(timeNs);
    const { processes, deviceStates } = this.#whole;
    for (
      let list = processes[cursors.processes];
      list && list.timeNs <= timeNs;
      list = processes[++cursors.processes]
    ) {
      this.#played.addProcesses(list);
    }
    for (
      let state = deviceStates[cursors.deviceStates];
      state && state.timeNs <= timeNs;
      state = deviceStates[++cursors.deviceStates]
    ) {
      this.#played.addDeviceState(state);
    }
    for (const cursor of this.#series) this.#playSeries(cursor, timeNs);
  }

  #playBlocks(timeNs: Nanoseconds): void {
    const cursors = this.#cursors;
    const played = this.#played;
    cursors.blocks = playUpTo(this.#blocks, cursors.blocks, timeNs, (block) => played.addActivity(block));
    cursors.summaries = playUpTo(this.#summaries, cursors.summaries, timeNs, (block) =>
      played.addSummary(block),
    );
    cursors.host = playUpTo(this.#hostBlocks, cursors.host, timeNs, (block) => played.addHostBlock(block));
    for (
      let window = this.#windows[cursors.windows];
      window && window.endNs <= timeNs;
      window = this.#windows[++cursors.windows]
    ) {
      played.addWindow(window);
    }
  }

  #playSeries(cursor: { from: SampledSeries; to: SampledSeries; at: number }, timeNs: Nanoseconds): void {
    const { from, to } = cursor;
    for (; cursor.at < from.timesNs.length; cursor.at++) {
      const sampleNs = from.timesNs[cursor.at] as number;
      if (sampleNs > timeNs) return;
      this.#played.addSample(to, sampleNs, from.values[cursor.at] as number);
    }
  }

  /** How producers ended, and what is missing, is known at the end only. */
  #playEnd(): void {
    this.#played.producers.splice(0, this.#played.producers.length, ...this.#whole.producers);
    this.#played.damage = [...this.#whole.damage];
    Object.assign(this.#played.losses, this.#whole.losses);
  }

  #startAnew(): TimelineBuilder {
    const whole = this.#whole;
    const played = new TimelineBuilder(whole.source, whole.run, whole.originUnixNs, this.#options);
    for (const device of whole.devices) played.addDevice(device);
    for (const launch of whole.launches) played.addLaunch(launch);
    played.host.names.push(...whole.host.names);
    played.host.threads.push(...whole.host.threads);
    played.ranks.push(...whole.ranks);
    played.absences.push(...whole.absences);
    played.workload = whole.workload;
    played.producers.push(
      ...whole.producers.map((producer) => ({ ...producer, outcome: 'running' as const, message: '' })),
    );
    this.#series = whole.series.map((from) => ({ from, to: played.addSeries(from.series), at: 0 }));
    this.#cursors = atBegin();
    return played;
  }
}

function atBegin() {
  return { blocks: 0, summaries: 0, host: 0, windows: 0, steps: 0, marks: 0, processes: 0, deviceStates: 0 };
}

/** Plays blocks from a cursor on that ended by a moment, and returns where it stands then. */
function playUpTo<Block extends Columns>(
  blocks: readonly Block[],
  from: number,
  timeNs: Nanoseconds,
  play: (block: Block) => void,
): number {
  let at = from;
  for (let block = blocks[at]; block && endOf(block) <= timeNs; block = blocks[++at]) play(block);
  return at;
}

type Columns = Pick<ActivityBlock, 'count' | 'startNs' | 'durationNs'>;

function byEnd<Block extends Columns>(blocks: readonly Block[]): Block[] {
  return [...blocks].sort((a, b) => endOf(a) - endOf(b));
}

function endOf(block: Columns): Nanoseconds {
  const last = block.count - 1;
  return (block.startNs[last] as number) + (block.durationNs[last] as number);
}
