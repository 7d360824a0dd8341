import { WarpwatchError } from '../../../src/model/errors.ts';
import type { Adapter } from './adapters.ts';

/** A choice, and sentences that it calls for. */
export interface Choice {
  readonly adapter: Adapter;
  readonly notes: readonly string[];
}

/** The best first; software never by itself. */
const ranks = { discrete: 0, unknown: 1, integrated: 2 } as const;

/**
 * Chooses the adapter to compute on.
 *
 * @param wanted its number in the list or a part of its name, in any case; left out for the best real GPU
 * @param adapters not empty
 * @throws WarpwatchError `no-backend` where there is software only, `no-device` where none is as wanted or where cards
 *   that are alike would have to be told apart or one is hidden by another
 */
export function chooseAdapter(adapters: readonly Adapter[], wanted?: string): Choice {
  if (wanted === undefined) return bestOf(adapters);
  if (/^\d+$/.test(wanted)) return numbered(adapters, Number(wanted));
  const word = wanted.toLowerCase();
  const fitting = adapters.filter(({ name }) => name.toLowerCase().includes(word));
  const exact = fitting.filter(({ name }) => name.toLowerCase() === word);
  const [first, ...others] = exact.length > 0 ? exact : fitting;
  if (first === undefined) throw noSuch(adapters, `No WebGPU adapter has "${wanted}" in its name`);
  if (others.some(({ name, driver }) => name !== first.name || driver !== first.driver)) {
    throw noSuch(adapters, `Several WebGPU adapters have "${wanted}" in their names`);
  }
  return chosen(first);
}

/** Such as `0: NVIDIA H100 PCIe (vulkan)`. */
export function adapterLine({ index, name, driver, kind }: Adapter): string {
  return `${index}: ${name} (${kind === 'software' ? 'software, ' : ''}${driver})`;
}

function bestOf(adapters: readonly Adapter[]): Choice {
  const real = adapters.flatMap((adapter) =>
    adapter.kind === 'software' || adapter.hiddenBy !== null ? [] : [{ adapter, rank: ranks[adapter.kind] }],
  );
  const [best] = real.sort((a, b) => a.rank - b.rank);
  if (best !== undefined) return chosen(best.adapter);
  const names = adapters.map(({ name }) => name).join(', ');
  throw new WarpwatchError(
    'no-backend',
    `WebGPU finds no GPU here, only software (${names}), which is slower than the wasm backend; to take it all the same, name it with --adapter.`,
  );
}

function numbered(adapters: readonly Adapter[], index: number): Choice {
  const adapter = adapters.find((candidate) => candidate.index === index);
  if (adapter === undefined) throw noSuch(adapters, `There is no WebGPU adapter ${index}`);
  const first = adapters.find(({ name, driver }) => name === adapter.name && driver === adapter.driver);
  if (first !== undefined && first !== adapter) {
    throw new WarpwatchError(
      'no-device',
      `WebGPU adapters ${first.index} and ${index} are both ${adapter.name}, and Dawn takes adapters by name; to compute on another than the first, let the process see that card alone, as in a container.`,
    );
  }
  return chosen(adapter);
}

function chosen(adapter: Adapter): Choice {
  const { name, alike, hiddenBy } = adapter;
  if (hiddenBy !== null) {
    throw new WarpwatchError(
      'no-device',
      `Dawn takes adapters by a part of their names, and would take ${hiddenBy} for ${name}; to compute on ${name}, let the process see that card alone, as in a container.`,
    );
  }
  if (alike === 1) return { adapter, notes: [] };
  return {
    adapter,
    notes: [
      `There are ${alike} adapters of the name ${name}; Dawn cannot tell them apart and takes the first.`,
    ],
  };
}

function noSuch(adapters: readonly Adapter[], what: string): WarpwatchError {
  return new WarpwatchError('no-device', `${what}; there are ${adapters.map(adapterLine).join(', ')}.`);
}
