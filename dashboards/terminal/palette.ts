import type { Role, Theme } from './text/style.ts';

/**
 * Colours by meaning, from the 256 of xterm: mid tones that read on dark and on light grounds. The coarse figure
 * is gold, what kernels really did is blue and violet, in the chart as in the table; warps are green, memory is red.
 */
const colour: Theme = {
  plain: '',
  dim: '38;5;245',
  rule: '38;5;240',
  title: '1',
  strong: '1',
  key: '1;38;5;39',
  selected: '7',
  coarse: '38;5;179',
  real: '38;5;39',
  peak: '38;5;170',
  occupancy: '38;5;72',
  dram: '38;5;173',
  gap: '38;5;208',
  loss: '38;5;173',
  accuracy: '38;5;72',
  good: '38;5;72',
  warn: '1;38;5;208',
  bad: '1;38;5;197',
  input: '38;5;179',
  forward: '38;5;39',
  backward: '38;5;63',
  optimizer: '38;5;72',
  outside: '38;5;240',
};

/** For light grounds: the same hues, dark enough to be read on white. */
const light: Theme = {
  ...colour,
  dim: '38;5;241',
  rule: '38;5;248',
  key: '1;38;5;25',
  coarse: '38;5;136',
  real: '38;5;25',
  peak: '38;5;127',
  occupancy: '38;5;29',
  dram: '38;5;124',
  gap: '38;5;130',
  loss: '38;5;124',
  accuracy: '38;5;29',
  good: '38;5;29',
  warn: '1;38;5;130',
  bad: '1;38;5;160',
  input: '38;5;136',
  forward: '38;5;25',
  backward: '38;5;61',
  optimizer: '38;5;29',
  outside: '38;5;248',
};

const bare: Theme = {
  plain: '',
  dim: '',
  rule: '',
  title: '',
  strong: '',
  key: '',
  selected: '',
  coarse: '',
  real: '',
  peak: '',
  occupancy: '',
  dram: '',
  gap: '',
  loss: '',
  accuracy: '',
  good: '',
  warn: '',
  bad: '',
  input: '',
  forward: '',
  backward: '',
  optimizer: '',
  outside: '',
};

/** No colour, but weight and inversion, which NO_COLOR leaves alone (https://no-color.org). */
const monochrome: Theme = {
  ...bare,
  title: '1',
  strong: '1',
  key: '1',
  selected: '7',
  warn: '1',
  bad: '1;7',
};

export const themes = { colour, light, monochrome, bare } as const;

/** The theme that the environment asks for: without colour under NO_COLOR, bare on a dumb terminal. */
export function themeOf(environment: Readonly<Record<string, string | undefined>>): Theme {
  if (environment['TERM'] === 'dumb') return themes.bare;
  const noColour = environment['NO_COLOR'];
  return noColour === undefined || noColour === '' ? themes.colour : themes.monochrome;
}

/**
 * The role of each part of a step; for parts that a workload names itself, the plain one. `first forward` is a forward
 * pass like `forward`.
 */
export function phaseRole(phase: string): Role {
  if (phase === 'outside kernels' || phase === 'outside ranges') return 'outside';
  const part = phase.slice(phase.lastIndexOf(' ') + 1);
  switch (part) {
    case 'input':
    case 'forward':
    case 'backward':
    case 'optimizer':
      return part;
    default:
      return 'plain';
  }
}
