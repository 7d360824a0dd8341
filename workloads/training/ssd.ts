import { faultOption } from './faults/option.ts';
import { imageOption, inputOptions } from './input-options.ts';
import { choiceOption, type OptionValues, textOption } from './options.ts';
import { trainingOptions } from './training-options.ts';
import { defineWorkload } from './workload.ts';

const options = {
  width: choiceOption(
    {
      flag: '--width',
      placeholder: 'factor',
      description: 'channels of the network over those of MobileNetV2',
    },
    ['0.35', '0.5', '0.75', '1', '1.4'],
    '1',
  ),
  data: textOption(
    {
      flag: '--data',
      placeholder: 'path',
      description:
        'COCO annotations (a JSON file, or a directory with one beside its pictures), or a directory of PASCAL VOC',
    },
    'synthetic scenes',
  ),
  image: imageOption(160),
  ...inputOptions,
  ...trainingOptions({ optimizer: 'adam', batchText: '8', augmentText: 'crop, widen, flip and tint' }),
  fault: faultOption,
};

export type SsdValues = OptionValues<typeof options>;

/** A single shot detector on COCO, PASCAL VOC or synthetic scenes. */
export const ssdWorkload = defineWorkload({
  name: 'ssd',
  summary: 'SSD-MobileNetV2, a single shot detector, on COCO, PASCAL VOC or synthetic scenes',
  examples: [
    ['train ssd', 'half a minute of a detector on synthetic scenes'],
    ['train ssd --data coco/annotations/instances_train2017.json --steps 2000', ''],
    ['train ssd --data VOCdevkit/VOC2012 --batch 16 --evaluate-every 200', ''],
  ],
  options,
  start: async (values, context) => {
    const { runSsd } = await import('./ssd-run.ts');
    return runSsd(values, context);
  },
});
