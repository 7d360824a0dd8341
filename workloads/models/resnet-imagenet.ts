import { type BuilderSettings, ModelBuilder } from './builder.ts';
import { maxPool } from './max-pool.ts';
import type { ModelShape } from './model.ts';
import { type BlockSettings, createResidual, type ResidualNetwork } from './residual.ts';

/** Channels that leave a bottleneck block over those inside it. */
const expansion = 4;

export interface ResNetImageNetSettings {
  readonly depth: number;
  /** Blocks of each stage. */
  readonly blocks: readonly number[];
  readonly block: 'basic' | 'bottleneck';
  /** Channels inside the blocks of the first stage; each stage doubles them. 64 in the paper. */
  readonly width?: number;
}

/** Networks by depth (He et al. 2015, table 1). */
export const imageNetResNets = {
  18: { depth: 18, blocks: [2, 2, 2, 2], block: 'basic' },
  34: { depth: 34, blocks: [3, 4, 6, 3], block: 'basic' },
  50: { depth: 50, blocks: [3, 4, 6, 3], block: 'bottleneck' },
} as const satisfies Record<number, ResNetImageNetSettings>;

/**
 * The residual network for ImageNet: a 7x7 convolution with stride 2, a 3x3 maximum with stride 2, four stages. Its
 * bottlenecks have their stride in the 3x3 convolution ("v1.5", as torchvision and NVIDIA's examples have it; the paper
 * has it in the first 1x1), so that figures stand beside PyTorch's. Arithmetic and parameters are torchvision's to the
 * last one; padding is `same`, which for an even side lies a pixel lower and further right than PyTorch's.
 */
export function createResNetImageNet(
  { depth, blocks, block, width = 64 }: ResNetImageNetSettings,
  shape: ModelShape,
  settings: BuilderSettings,
): ResidualNetwork {
  return createResidual(ModelBuilder.start(settings), shape, {
    name: `resnet${depth}`,
    stem: { filters: width, kernel: 7, stride: 2 },
    stemPool: (builder, features) => maxPool(builder, 'stem-pool', features, { window: 3, stride: 2 }),
    blocks: blocks.flatMap((count, stage) =>
      Array.from({ length: count }, (_, at): BlockSettings => {
        const filters = width * 2 ** stage;
        const stride = stage > 0 && at === 0 ? 2 : 1;
        return {
          name: `stage${stage + 1}/block${at + 1}`,
          convolutions: block === 'basic' ? basic(filters, stride) : bottleneck(filters, stride),
        };
      }),
    ),
  });
}

function basic(filters: number, stride: number): BlockSettings['convolutions'] {
  return [
    { filters, kernel: 3, stride },
    { filters, kernel: 3, stride: 1 },
  ];
}

function bottleneck(filters: number, stride: number): BlockSettings['convolutions'] {
  return [
    { filters, kernel: 1, stride: 1 },
    { filters, kernel: 3, stride },
    { filters: filters * expansion, kernel: 1, stride: 1 },
  ];
}
