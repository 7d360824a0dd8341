import { initializers } from '../models/initializers.ts';
import { lengthOptions } from './length-options.ts';
import { choiceOption, namesOf, numberOption } from './options.ts';
import { schedules } from './schedules.ts';

/** Length of a run that nobody bounds. */
export const defaultSeconds = 30;

/** Names alone, since their table loads TensorFlow.js; a test holds the two together. */
export const optimizerNames = ['momentum', 'adam', 'sgd'] as const;

/** What help says of defaults that a workload chooses. */
interface Defaults {
  readonly optimizer: (typeof optimizerNames)[number];
  /** Such as `32; 16 at depth 50`. */
  readonly batchText: string;
  /** What is done to training pictures, such as `crop, flip and turn`. */
  readonly augmentText: string;
}

/** Options of every workload that trains by gradients; how they become settings is in `train-settings.ts`. */
export function trainingOptions({ optimizer, batchText, augmentText }: Defaults) {
  return {
    batch: numberOption(
      { flag: '--batch', placeholder: 'samples', description: 'samples a step' },
      { min: 1, max: 4096, whole: true },
      null,
      batchText,
    ),
    ...lengthOptions({ counted: 'steps', defaultSeconds, seedOf: 'weights, samples and augmentation' }),
    optimizer: choiceOption(
      { flag: '--optimizer', placeholder: 'name', description: 'how weights are updated' },
      optimizerNames,
      optimizer,
    ),
    learningRate: numberOption(
      { flag: '--learning-rate', placeholder: 'rate', description: 'highest learning rate' },
      { min: 0 },
      null,
      'by optimizer',
    ),
    schedule: choiceOption(
      {
        flag: '--schedule',
        placeholder: 'name',
        description: 'learning rate over the run, after a warm-up',
      },
      namesOf(schedules),
      'cosine',
    ),
    weightDecay: numberOption(
      {
        flag: '--weight-decay',
        placeholder: 'strength',
        description: 'decay of weights (L2; adam: decoupled)',
      },
      { min: 0 },
      null,
      'by optimizer',
    ),
    initializer: choiceOption(
      { flag: '--initializer', placeholder: 'name', description: 'distribution of the first weights' },
      namesOf(initializers),
      'he',
    ),
    augment: choiceOption(
      { flag: '--augment', placeholder: 'on|off', description: `${augmentText} training pictures` },
      ['on', 'off'],
      'on',
    ),
    evaluateEvery: numberOption(
      { flag: '--evaluate-every', placeholder: 'steps', description: 'steps between evaluations' },
      { min: 1, whole: true },
      null,
      'at the end only',
    ),
    evalSamples: numberOption(
      { flag: '--eval-samples', placeholder: 'count', description: 'samples of an evaluation; 0 for none' },
      { min: 0, whole: true },
      null,
      '10 batches',
    ),
  };
}
