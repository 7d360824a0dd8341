import type { Verb } from './command.ts';

/** Every verb, in the order of help. */
export const verbs: readonly Verb[] = [
  {
    name: 'run',
    summary: 'run any program and record its CUDA kernels beside the real figures',
    load: () => import('./run.ts'),
  },
  {
    name: 'train',
    summary: 'train a built-in model under the live dashboard',
    load: () => import('./train.ts'),
  },
  {
    name: 'bench',
    summary: 'compare ways for several replicas to train one model, or two commands',
    load: () => import('./bench.ts'),
  },
  {
    name: 'top',
    summary: 'watch this machine, many hosts, or a recording that grows',
    load: () => import('./top.ts'),
  },
  {
    name: 'serve',
    summary: 'serve the figures of this machine to Prometheus and browsers',
    load: () => import('./serve.ts'),
  },
  { name: 'report', summary: 'tell what happened in a recording', load: () => import('./report.ts') },
  {
    name: 'export',
    summary: 'write a run for other tools: Perfetto, CSV, Parquet',
    load: () => import('./export.ts'),
  },
  {
    name: 'diff',
    summary: 'tell what changed between two runs, beyond the noise',
    load: () => import('./diff.ts'),
  },
  { name: 'check', summary: 'hold a run against requirements, for CI', load: () => import('./check.ts') },
  { name: 'replay', summary: 'show a recording again, as it happened', load: () => import('./replay.ts') },
  {
    name: 'devices',
    summary: 'list devices and sources, and what each gives',
    load: () => import('./devices.ts'),
  },
];
