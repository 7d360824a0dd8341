const ofParts: Readonly<Record<string, string>> = {
  input: '--i-launch',
  forward: '--s-compute',
  backward: '--c-gemm',
  optimizer: '--c-optimizer',
};
const ofOthers = [
  '--c-attention',
  '--c-normalisation',
  '--c-convolution',
  '--c-reduction',
  '--c-communication',
] as const;

/**
 * Colours for the phases of one bar: `first forward` has that of `forward`, and what a program names itself one of its
 * own.
 */
export function phaseColours(): (phase: string) => string {
  let others = 0;
  return (phase) => {
    if (phase.startsWith('outside ')) return 'var(--c-other)';
    const part = ofParts[phase.slice(phase.lastIndexOf(' ') + 1)];
    return `var(${part ?? ofOthers[others++ % ofOthers.length]})`;
  };
}
