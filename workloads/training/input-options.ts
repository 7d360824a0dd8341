import { choiceOption, numberOption } from './options.ts';

/** Options that every workload has whose samples are pictures. */
export const inputOptions = {
  input: choiceOption(
    {
      flag: '--input',
      placeholder: 'how',
      description:
        'batches made ahead on threads, or inline by the training itself; slow: ahead, but too slowly on purpose',
    },
    ['prefetch', 'inline', 'slow'],
    'prefetch',
  ),
  prefetch: numberOption(
    { flag: '--prefetch', placeholder: 'batches', description: 'batches that are made ahead at most' },
    { min: 1, max: 64, whole: true },
    4,
  ),
  inputWorkers: numberOption(
    { flag: '--input-workers', placeholder: 'threads', description: 'threads that make batches' },
    { min: 1, max: 64, whole: true },
    1,
  ),
};

/** The size of the pictures that a model sees. */
export function imageOption(fallback: number) {
  return numberOption(
    { flag: '--image', placeholder: 'side', description: 'pixels of a side of the pictures' },
    { min: 32, max: 1024, whole: true },
    fallback,
  );
}
