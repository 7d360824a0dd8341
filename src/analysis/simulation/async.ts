import type { Seconds } from '../../model/units.ts';
import { EventQueue } from './events.ts';
import { type Stages, stagesOf, undisturbedSeconds } from './servers.ts';
import { addSteps, noParts, type Outcome, type SimulationSettings } from './settings.ts';
import { StepClocks } from './step-clocks.ts';
import { drawSeconds, slownessFactors } from './step-times.ts';

/**
 * Parameter servers. A replica computes, pushes its gradients to the servers, which apply them, and pulls the parameters
 * before it goes on. The servers' links and the applying are first come, first served; a pull reads the parameters as they are
 * when its turn comes. With a bound, who is too far ahead of the slowest waits before it pulls. What transfers and applying
 * take undisturbed is communicating; what comes on top is waiting. It ends when all replicas together have made their steps.
 */
export function simulateAsync(settings: SimulationSettings, replicas: number): Outcome {
  const run = new AsyncRun(settings, replicas);
  while (run.goesOn) run.next();
  return run.outcome();
}

/** What happens to a replica; an event is its number times the number of kinds, plus the kind. */
const kinds = { computed: 0, applied: 1, read: 2 } as const;
const kindCount = 3;

/** A stage that serves one after the other, in the order of coming. */
class Stage {
  #freeAt = 0;

  /** When the turn of one that comes now, and is served for `seconds`, begins. */
  begin(now: Seconds, seconds: Seconds): Seconds {
    const begin = Math.max(now, this.#freeAt);
    this.#freeAt = begin + seconds;
    return begin;
  }
}

class AsyncRun {
  readonly #settings: SimulationSettings;
  readonly #replicas: number;
  readonly #stages: Stages;
  readonly #queue: EventQueue;
  readonly #in = new Stage();
  readonly #apply = new Stage();
  readonly #out = new Stage();
  readonly #clocks: StepClocks;
  readonly #factors: Float64Array;
  readonly #draw: (replica: number, step: number) => Seconds;
  readonly #parts: ReturnType<typeof noParts>;
  readonly #staleness = new Map<number, number>();
  readonly #warmUpUpdates: number;
  readonly #allUpdates: number;
  /** Updates applied so far. */
  #version = 0;
  #begin = 0;
  #end = 0;
  /** Of each replica: the version it computes on, steps begun, when the last began, and what it computes. */
  readonly #pulled: Float64Array;
  readonly #steps: Float64Array;
  readonly #began: Float64Array;
  readonly #computing: Float64Array;
  #blocked: number[] = [];

  constructor(settings: SimulationSettings, replicas: number) {
    this.#settings = settings;
    this.#replicas = replicas;
    this.#stages = stagesOf(settings, replicas);
    this.#queue = new EventQueue(replicas);
    this.#clocks = new StepClocks(replicas, settings.server.stalenessBound);
    this.#factors = slownessFactors(settings.slowness, replicas);
    this.#draw = drawSeconds(settings.times, settings.seed, this.#factors);
    this.#parts = noParts(replicas);
    this.#warmUpUpdates = settings.warmUpSteps * replicas;
    this.#allUpdates = settings.steps * replicas;
    this.#pulled = new Float64Array(replicas);
    this.#steps = new Float64Array(replicas);
    this.#began = new Float64Array(replicas);
    this.#computing = new Float64Array(replicas);
    for (let replica = 0; replica < replicas; replica++) this.#compute(replica, 0);
  }

  get goesOn(): boolean {
    return this.#version < this.#allUpdates;
  }

  next(): void {
    const event = this.#queue.take();
    const replica = Math.floor(event / kindCount);
    const kind = event % kindCount;
    if (kind === kinds.computed) this.#push(replica);
    else if (kind === kinds.applied) this.#update(replica);
    else this.#read(replica);
  }

  outcome(): Outcome {
    const { batchSize } = this.#settings;
    const updates = this.#allUpdates - this.#warmUpUpdates;
    const seconds = this.#end - this.#begin;
    return {
      mode: 'async',
      replicas: this.#replicas,
      samples: updates * batchSize,
      seconds,
      parts: this.#parts,
      staleness: this.#staleness,
      serverBusy: Math.min(1, (updates * Math.max(this.#stages.serverLink, this.#stages.apply)) / seconds),
    };
  }

  #compute(replica: number, begin: Seconds): void {
    const step = this.#steps[replica] as number;
    const seconds = this.#draw(replica, step);
    this.#steps[replica] = step + 1;
    this.#began[replica] = begin;
    this.#computing[replica] = seconds;
    this.#add(begin + seconds, replica, kinds.computed);
  }

  #push(replica: number): void {
    const { serverLink, transfer, latency, apply } = this.#stages;
    const there = this.#in.begin(this.#queue.now, serverLink) + transfer + latency;
    this.#add(this.#apply.begin(there, apply) + apply, replica, kinds.applied);
  }

  #update(replica: number): void {
    if (this.#version === this.#warmUpUpdates) this.#begin = this.#end;
    const staleness = this.#version - (this.#pulled[replica] as number);
    this.#version += 1;
    this.#end = this.#queue.now;
    if (this.#version > this.#warmUpUpdates) {
      this.#staleness.set(staleness, (this.#staleness.get(staleness) ?? 0) + 1);
    }
    const slowestCameOn = this.#clocks.advance(replica);
    if (this.#clocks.mayGoOn(replica)) this.#pull(replica);
    else this.#blocked.push(replica);
    if (slowestCameOn) this.#release();
  }

  /** Lets go on who may, in the order in which they came. */
  #release(): void {
    const waiting = this.#blocked;
    this.#blocked = [];
    for (const replica of waiting) {
      if (this.#clocks.mayGoOn(replica)) this.#pull(replica);
      else this.#blocked.push(replica);
    }
  }

  #pull(replica: number): void {
    const turn = this.#out.begin(this.#queue.now, this.#stages.serverLink);
    if (turn > this.#queue.now) this.#add(turn, replica, kinds.read);
    else this.#read(replica);
  }

  #read(replica: number): void {
    this.#pulled[replica] = this.#version;
    const end = this.#queue.now + this.#stages.transfer + this.#stages.latency;
    if (this.#version > this.#warmUpUpdates) this.#count(replica, end - (this.#began[replica] as number));
    this.#compute(replica, end);
  }

  #count(replica: number, stepSeconds: Seconds): void {
    const compute = this.#computing[replica] as number;
    const communicate = undisturbedSeconds(this.#stages);
    const wait = Math.max(0, stepSeconds - compute - communicate);
    addSteps(
      this.#parts,
      replica,
      { count: 1, compute, wait, communicate },
      this.#factors[replica] as number,
    );
  }

  #add(time: Seconds, replica: number, kind: number): void {
    this.#queue.add(time, replica * kindCount + kind);
  }
}
