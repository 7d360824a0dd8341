import { choiceOption, numberOption, type OptionValues, textOption } from './options.ts';
import { resnetOptions } from './resnet.ts';
import { optimizerNames } from './training-options.ts';
import { defineWorkload } from './workload.ts';

/** Where a model is cut unless told otherwise: every ResNet has this stage. */
export const defaultCut = 'stage2/block1';

// Faults change the settings and the parameters of a model as one.
const {
  optimizer: _optimizer,
  learningRate: _rate,
  weightDecay: _decay,
  fault: _fault,
  ...shared
} = resnetOptions;

const options = {
  ...shared,
  cut: textOption(
    { flag: '--cut', placeholder: 'stage', description: 'first stage of the second part' },
    defaultCut,
  ),
  optimizerFirst: choiceOption(
    {
      flag: '--optimizer-first',
      placeholder: 'name',
      description: 'how weights of the first part are updated',
    },
    optimizerNames,
    'momentum',
  ),
  optimizerSecond: choiceOption(
    {
      flag: '--optimizer-second',
      placeholder: 'name',
      description: 'how weights of the second part are updated',
    },
    optimizerNames,
    'momentum',
  ),
  learningRateFirst: rateOption('first'),
  learningRateSecond: rateOption('second'),
};

function rateOption(part: 'first' | 'second') {
  return numberOption(
    {
      flag: `--learning-rate-${part}`,
      placeholder: 'rate',
      description: `highest learning rate of the ${part} part`,
    },
    { min: 0 },
    null,
    'by optimizer',
  );
}

export type SplitValues = OptionValues<typeof options>;

/** A ResNet in two parts, each with an optimizer of its own, joined at the tensor between them. */
export const splitWorkload = defineWorkload({
  name: 'split',
  summary: 'a ResNet in two parts with an optimizer each, joined by the gradient of the tensor between them',
  examples: [
    ['train split', 'half a minute of ResNet-20 in two parts'],
    ['train split --cut stage3/block1 --optimizer-first sgd --optimizer-second adam', ''],
  ],
  options,
  start: async (values, context) => {
    const { runSplit } = await import('./split-run.ts');
    return runSplit(values, context);
  },
});
