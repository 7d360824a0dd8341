import { initializers } from '../models/initializers.ts';
import { choiceOption, namesOf, numberOption, type OptionValues, textOption } from './options.ts';
import { schedules } from './schedules.ts';
import { defineWorkload } from './workload.ts';

/** Length of a run that nobody bounds. */
export const defaultSeconds = 30;

/** Names alone, since their table loads TensorFlow.js; a test holds the two together. */
export const optimizerNames = ['momentum', 'adam', 'sgd'] as const;

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
  batch: numberOption(
    { flag: '--batch', placeholder: 'samples', description: 'samples a step' },
    { min: 1, max: 4096, whole: true },
    null,
    '32; 16 at depth 50',
  ),
  steps: numberOption(
    { flag: '--steps', placeholder: 'count', description: 'end after so many steps' },
    { min: 1, whole: true },
    null,
  ),
  seconds: numberOption(
    { flag: '--seconds', placeholder: 'seconds', description: 'end after so many seconds' },
    { min: 0.001 },
    null,
    `${defaultSeconds} unless --steps is given`,
  ),
  data: textOption(
    {
      flag: '--data',
      placeholder: 'path',
      description: 'CIFAR-100, binary version: its directory or one file',
    },
    'synthetic shapes',
  ),
  seed: numberOption(
    { flag: '--seed', placeholder: 'number', description: 'seed of weights, samples and augmentation' },
    { min: 0, max: 2 ** 32 - 1, whole: true },
    1,
  ),
  optimizer: choiceOption(
    { flag: '--optimizer', placeholder: 'name', description: 'how weights are updated' },
    optimizerNames,
    'momentum',
  ),
  learningRate: numberOption(
    { flag: '--learning-rate', placeholder: 'rate', description: 'highest learning rate' },
    { min: 0 },
    null,
    'by optimizer',
  ),
  schedule: choiceOption(
    { flag: '--schedule', placeholder: 'name', description: 'learning rate over the run, after a warm-up' },
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
    { flag: '--augment', placeholder: 'on|off', description: 'crop, flip and turn training pictures' },
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

export type ResNetValues = OptionValues<typeof resnetOptions>;

/** Residual networks on CIFAR-100 or on synthetic pictures. */
export const resnetWorkload = defineWorkload({
  name: 'resnet',
  summary: 'ResNet-18 to -56 on CIFAR-100 or synthetic shapes',
  options: resnetOptions,
  start: async (values, context) => {
    const { runResNet } = await import('./resnet-run.ts');
    return runResNet(values, context);
  },
});
