import { lengthOptions } from './length-options.ts';
import { choiceOption, numberOption, type OptionValues } from './options.ts';
import { defineWorkload } from './workload.ts';

/** Length of a run that nobody bounds. */
export const defaultFusionSeconds = 10;

const options = {
  depth: choiceOption(
    {
      flag: '--depth',
      placeholder: 'layers',
      description: 'layers of the ResNet: 20, 32, 56 as for CIFAR; 18, 34, 50 as for ImageNet',
    },
    ['18', '20', '32', '34', '50', '56'],
    '20',
  ),
  image: numberOption(
    { flag: '--image', placeholder: 'pixels', description: 'side of the pictures' },
    { min: 8, max: 1024, whole: true },
    null,
    '32; 224 at depth 18, 34, 50',
  ),
  batch: numberOption(
    { flag: '--batch', placeholder: 'samples', description: 'pictures a pass' },
    { min: 1, max: 4096, whole: true },
    null,
    '32; 8 at depth 18, 34, 50',
  ),
  ...lengthOptions({
    counted: 'passes, by turns fused and unfused',
    defaultSeconds: defaultFusionSeconds,
    seedOf: 'weights and pictures',
  }),
};

export type FusionValues = OptionValues<typeof options>;

/** Inference with convolution, bias and rectifier as one kernel, and as three. */
export const fusionWorkload = defineWorkload({
  name: 'fusion',
  summary: 'inference of a ResNet by turns with fused kernels (convolution, bias, relu as one) and without',
  examples: [
    ['train fusion', 'ten seconds of inference, fused and unfused by turns'],
    ['train fusion --depth 50 --steps 20', 'ResNet-50 at 224 pixels'],
  ],
  options,
  infersOnly: true,
  start: async (values, context) => {
    const { runFusion } = await import('./fusion-run.ts');
    return runFusion(values, context);
  },
});
