import type { Extent, LaunchShape } from '../../../src/model/activity.ts';
import type { LaunchId } from '../../../src/recording/stream-writer.ts';
import type { Attribution } from '../attribution.ts';
import type { KnownKernel, Launches } from '../launches.ts';
import type { KernelParams, KernelResult } from '../tensorflow.ts';
import { noLaunch, type Segment } from './query-ring.ts';
import { programName, programOf } from './structure.ts';

/** A pass whose kernel has not returned. */
interface OpenPass {
  readonly segment: Segment;
  readonly pass: number;
  readonly program: unknown;
  readonly shape: LaunchShape;
  readonly threads: number;
}

/**
 * Finds the launches of the passes that a kernel makes. What TensorFlow.js calls a kernel may take several programs of the
 * GPU, such as a transposition before a sum, or none, where it hands small work to the processor or only renames a tensor.
 * One of them has the kernel's name, and its arithmetic and bytes as a whole: a matrix product or convolution before
 * anything else, anything before what only moves data; of those the one with the most threads, and the last of those
 * alike. The others are called `Kernel/Program`, and of theirs nothing is known.
 */
export class KernelPasses {
  readonly #launches: Launches;
  readonly #attribution: Attribution;
  readonly #open: OpenPass[] = [];
  #inKernel = false;

  constructor(launches: Launches, attribution: Attribution) {
    this.#launches = launches;
    this.#attribution = attribution;
  }

  begin(): void {
    this.#inKernel = true;
  }

  /** A program has been dispatched in that pass. */
  add(segment: Segment, pass: number, program: unknown): void {
    const known = programOf(program);
    const shape = shapeOf(known?.dispatch ?? unknownExtent, known?.workgroupSize ?? unknownExtent);
    const added = { segment, pass, program, shape, threads: size(shape.grid) * size(shape.block) };
    if (this.#inKernel) this.#open.push(added);
    else this.#assign(added, this.#part(null, added));
  }

  end(kernel: KnownKernel, params: KernelParams, result: KernelResult): void {
    this.#inKernel = false;
    const main = this.#open.reduce<OpenPass | null>(
      (most, pass) => (most !== null && isAhead(most, pass) ? most : pass),
      null,
    );
    try {
      for (const pass of this.#open) {
        const launch =
          pass === main
            ? this.#launches.find(kernel, this.#attribution.current, params, result, pass.shape)
            : this.#part(kernel, pass);
        this.#assign(pass, launch);
      }
    } finally {
      this.#open.length = 0;
    }
  }

  /** A kernel that threw: what it has dispatched until then runs all the same. */
  threw(kernel: KnownKernel): void {
    this.#inKernel = false;
    for (const pass of this.#open.splice(0)) this.#assign(pass, this.#part(kernel, pass));
  }

  #part(kernel: KnownKernel | null, { program, shape }: OpenPass): LaunchId {
    const name = programName(program);
    const part = this.#launches.kernel(kernel === null ? name : `${kernel.name}/${name}`);
    return this.#launches.findPart(part, this.#attribution.current, shape);
  }

  #assign({ segment, pass }: OpenPass, launch: LaunchId): void {
    if (segment.launches[pass] === noLaunch.unknown) segment.launches[pass] = launch;
  }
}

/** Programs of tfjs-backend-webgpu 4 by their names; in a build whose names are shortened all rank alike. */
const products = /^(?:MatMul|Conv|DepthwiseConv)/;
const moves = /^(?:Transpose|Im2Col|Fill|Pad|MirrorPad|Slice|StridedSlice|Concat|Tile|FlipLeftRight)/;

function rankOf({ program }: OpenPass): number {
  const name = programName(program);
  if (products.test(name)) return 2;
  return moves.test(name) ? 0 : 1;
}

/** Whether `first` has more of the kernel's work than `second`, which came after it. */
function isAhead(first: OpenPass, second: OpenPass): boolean {
  const ranks = rankOf(first) - rankOf(second);
  return ranks === 0 ? first.threads > second.threads : ranks > 0;
}

/** Grid and block; WebGPU tells neither registers nor shared memory. */
function shapeOf(grid: Extent, block: Extent): LaunchShape {
  return {
    grid,
    block,
    registersPerThread: Number.NaN,
    staticSharedBytes: Number.NaN,
    dynamicSharedBytes: Number.NaN,
  };
}

const unknownExtent: Extent = [0, 0, 0];

function size([x, y, z]: Extent): number {
  return x * y * z;
}
