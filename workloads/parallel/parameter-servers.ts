import { tensorOf } from '../backends/host-values.ts';
import type * as tf from '../tf.ts';
import { type HostUpdate, hostRules } from '../training/host-rules.ts';
import { type OptimizerKind, optimizers } from '../training/optimizers.ts';
import type { Part } from './mode.ts';
import { type Place, placeParameters } from './placement.ts';
import type { Trained } from './snapshot.ts';
import type { Servers } from './transport.ts';

/** A parameter or a moving statistic, and where the servers keep it. */
interface Item {
  readonly variable: tf.Variable;
  readonly place: Place;
  /** Changes what the server holds of it by what a replica brings. */
  readonly update: (values: Float32Array, brought: Float32Array, step: UpdateStep) => void;
  /** What was pulled of it, where an update needs that. */
  readonly pulled: Float32Array | null;
}

type Group = Pick<Part<never>, 'transport' | 'mode' | 'initial' | 'settings'> & { readonly task: Trained };

type UpdateStep = Pick<HostUpdate, 'learningRate' | 'updateNumber'>;

/** What a push came to. */
export interface Pushed {
  /** Updates since the pull, which follows each push: those by others. On the server where they are most. */
  readonly staleness: number;
  /** Updates that all servers have made, this one included. */
  readonly version: number;
}

/** Servers that hold parameters, what the optimizer keeps of them, and moving statistics, and update them. */
export class ParameterServers {
  readonly #part: Pick<Group, 'mode'>;
  readonly #servers: Servers;
  readonly #items: readonly Item[];
  /** Indices of the items of each server that has any, beginning at another server in each replica. */
  readonly #order: readonly { readonly server: number; readonly items: readonly number[] }[];
  /** Where a server counts its updates: the last of its floats, exact up to 2^24. */
  readonly #counters: readonly number[];
  /** Updates that each server had made when it was last read. */
  readonly #pulledAt: number[];

  constructor(part: Group) {
    const { transport, mode, task, settings, initial } = part;
    const kind: OptimizerKind = optimizers[settings.optimizer];
    const { parameters, statistics = [] } = task;
    const sizes = [
      ...parameters.map(({ variable }) => variable.size * (1 + kind.slots)),
      ...statistics.map(({ variable }) => variable.size),
    ];
    const { places, lengths } = placeParameters(sizes, mode.servers, mode.placement);
    this.#part = part;
    this.#items = itemsOf(part, kind, places);
    this.#counters = lengths;
    this.#pulledAt = lengths.map(() => 0);
    this.#order = lengths.flatMap((_, index) => {
      const server = (index + transport.rank) % lengths.length;
      const items = [...places.keys()].filter((item) => places[item]?.server === server);
      return items.length === 0 ? [] : [{ server, items }];
    });
    this.#servers = transport.openServers(
      lengths.map((length) => length + 1),
      () => this.#begin(initial.values),
    );
  }

  /**
   * Has each server update its part.
   * @param brought of each item, in the order of parameters and statistics: gradients, and statistics as the forward pass left them
   */
  push(brought: readonly Float32Array[], learningRate: number): Pushed {
    const { staleRate } = this.#part.mode;
    let [staleness, version] = [0, Number.POSITIVE_INFINITY];
    for (const { server, items } of this.#order) {
      const counter = this.#counters[server] as number;
      this.#servers.change(server, (values) => {
        const updates = values[counter] as number;
        const late = updates - (this.#pulledAt[server] as number);
        const rate = staleRate === 'inverse' ? learningRate / (late + 1) : learningRate;
        const step = { learningRate: rate, updateNumber: updates + 1 };
        for (const item of items) this.#items[item]?.update(values, brought[item] as Float32Array, step);
        values[counter] = updates + 1;
        staleness = Math.max(staleness, late);
        version = Math.min(version, updates + 1);
      });
    }
    return { staleness, version };
  }

  /** Takes in what the servers hold by now. */
  pull(): void {
    for (const { server, items } of this.#order) {
      const tensors: tf.Tensor[] = [];
      this.#servers.read(server, (values) => {
        this.#pulledAt[server] = values[this.#counters[server] as number] as number;
        for (const item of items) {
          const { variable, place, pulled } = this.#items[item] as Item;
          const held = values.subarray(place.offset, place.offset + variable.size);
          tensors.push(tensorOf(held, variable.shape));
          pulled?.set(held);
        }
      });
      for (const [index, item] of items.entries()) {
        const tensor = tensors[index] as tf.Tensor;
        this.#items[item]?.variable.assign(tensor);
        tensor.dispose();
      }
    }
  }

  close(): void {
    this.#servers.close();
  }

  /** What the servers hold at first. */
  #begin(initial: Float32Array): Float32Array[] {
    const held = this.#counters.map((length) => new Float32Array(length + 1));
    let offset = 0;
    for (const { variable, place } of this.#items) {
      held[place.server]?.set(initial.subarray(offset, offset + variable.size), place.offset);
      offset += variable.size;
    }
    return held;
  }
}

function itemsOf(
  { task, settings, initial }: Group,
  { slots: slotCount }: OptimizerKind,
  places: readonly Place[],
): Item[] {
  const { parameters, statistics = [] } = task;
  const rule = hostRules[settings.optimizer];
  const placeOf = (item: number) => places[item] as Place;
  let offset = initial.parameters.length;
  return [
    ...parameters.map(({ variable, decays, frozen }, item): Item => {
      const place = placeOf(item);
      const weightDecay = decays ? settings.weightDecay : 0;
      const partOf = (values: Float32Array, slot: number) =>
        values.subarray(place.offset + slot * variable.size, place.offset + (slot + 1) * variable.size);
      return {
        variable,
        place,
        pulled: null,
        update(values, gradient, step) {
          if (frozen === true) return;
          const slots = Array.from({ length: slotCount }, (_, slot) => partOf(values, slot + 1));
          rule({ value: partOf(values, 0), gradient, slots, weightDecay, ...step });
        },
      };
    }),
    ...statistics.map(({ variable, share }, index): Item => {
      const place = placeOf(parameters.length + index);
      const pulled = initial.values.slice(offset, offset + variable.size);
      offset += variable.size;
      return {
        variable,
        place,
        pulled,
        update(values, moved) {
          // The moving mean of the server in the place of the replica's: both take the same share of the batch.
          for (const [at, value] of moved.entries()) {
            const ofBatch = value - share * (pulled[at] as number);
            values[place.offset + at] = share * (values[place.offset + at] as number) + ofBatch;
          }
        },
      };
    }),
  ];
}
