/** How long simulating 1,024 replicas for 1,000 steps takes: a mode at a time, and all modes with all numbers of replicas. */
import { simulationResult } from '../src/analysis/simulation/result.ts';
import { simulatedModes, simulateRun } from '../src/analysis/simulation/simulate.ts';
import { simulationPlan } from '../src/commands/bench/simulation-plan.ts';
import { median, type Row } from './row.ts';

const replicas = 1024;
const steps = 1000;
const rounds = 3;
const mostSeconds = 5;

export async function simulatorBenchmarks(): Promise<Row[]> {
  const plan = simulationPlan(`gpus=${replicas},steps=${steps}`, null);
  const size = `${replicas.toLocaleString('en')} replicas, ${steps.toLocaleString('en')} steps`;
  const modes = simulatedModes.map((mode) =>
    row(`${mode}, ${size}`, () => simulateRun(plan.settings, mode, replicas)),
  );
  return [...modes, row(`${size}, all modes, and powers of two below`, () => simulationResult(plan))];
}

function row(name: string, simulate: () => unknown): Row {
  const value = median(Array.from({ length: rounds }, () => secondsOf(simulate)));
  return {
    name,
    value,
    unit: 's',
    target: `≤ ${mostSeconds}`,
    holds: value <= mostSeconds,
    note: `median of ${rounds}`,
  };
}

function secondsOf(body: () => unknown): number {
  const start = performance.now();
  body();
  return (performance.now() - start) / 1000;
}
