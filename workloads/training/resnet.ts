import { faultOption } from './faults/option.ts';
import { imageOption, inputOptions } from './input-options.ts';
import { choiceOption, type OptionValues, textOption } from './options.ts';
import { trainingOptions } from './training-options.ts';
import { defineWorkload } from './workload.ts';

export const resnetOptions = {
  depth: choiceOption(
    {
      flag: '--depth',
      placeholder: 'layers',
      description: 'layers: 20, 32, 56 as for CIFAR; 18, 34, 50 as for ImageNet; 50 below 64 pixels is v2',
    },
    ['18', '20', '32', '34', '50', '56'],
    '20',
  ),
  data: textOption(
    {
      flag: '--data',
      placeholder: 'path',
      description:
        'CIFAR-100, binary version, its directory or a file; or a directory with train/CLASS/*.jpeg',
    },
    'synthetic shapes',
  ),
  image: imageOption(32),
  ...inputOptions,
  ...trainingOptions({
    optimizer: 'momentum',
    batchText: '32; at depth 50 16, or 8 from 64 pixels on',
    augmentText: 'crop, flip and turn',
  }),
  fault: faultOption,
};

export type ResNetValues = OptionValues<typeof resnetOptions>;

/** Residual networks on CIFAR-100, on a folder of pictures or on synthetic ones. */
export const resnetWorkload = defineWorkload({
  name: 'resnet',
  summary: 'ResNet-18 to -56 on CIFAR-100, a folder of pictures or synthetic shapes',
  examples: [
    ['train resnet', 'half a minute of ResNet-20 on synthetic pictures'],
    ['train resnet --depth 32 --data cifar-100-binary --steps 2000', ''],
    ['train resnet --steps 20 --record runs/first && warpwatch report runs/first', ''],
    ['train resnet --fault frozen-bn --steps 60', 'goes wrong on purpose; the report says how'],
  ],
  options: resnetOptions,
  start: async (values, context) => {
    const { runResNet } = await import('./resnet-run.ts');
    return runResNet(values, context);
  },
});
