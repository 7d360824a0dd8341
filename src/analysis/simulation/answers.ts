import { count, percent, plural, quantity, shortTime, withUnit } from '../../model/numbers.ts';
import { meanOfUpdates, stalenessRows } from '../replica-staleness.ts';
import { type Algorithm, algorithms, allReduce } from './collectives.ts';
import { sharesOf } from './rows.ts';
import { serversNeeded, stagesOf } from './servers.ts';
import type { SimulationSettings } from './settings.ts';
import { getsAhead, type SimulatedRun } from './simulate.ts';

/** An efficiency that people call scaling. */
const scales = 0.8;
/** A server that is busy for so much of the time holds the replicas up. */
const full = 0.95;
/** An algorithm is worth telling of where it takes less than this of the other's time. */
const clearlyFaster = 0.8;

/** What the runs say together, each in a sentence that says that it is simulated; runs of a mode ascend by replicas. */
export function answersOf(runs: readonly SimulatedRun[], settings: SimulationSettings): string[] {
  const ofMode = (mode: string): SimulatedRun[] => runs.filter(({ outcome }) => outcome.mode === mode);
  const [sync, async, local] = [ofMode('sync'), ofMode('async'), ofMode('local')];
  return [
    ...[sync, async, local].flatMap((own) => scaling(own, settings)),
    ...against(async, sync, settings),
    ...against(local, sync, settings),
    ...serverLimit(async, settings),
    ...otherAlgorithm(sync, settings),
    ...failures(runs),
  ].map((sentence) => `Simulated: ${sentence}`);
}

/** Up to how many replicas a mode scales, and what takes the time from there on. */
function scaling(runs: readonly SimulatedRun[], settings: SimulationSettings): string[] {
  const last = runs.at(-1);
  if (last === undefined) return [];
  const { mode } = last.outcome;
  const under = runs.findIndex(({ efficiency }) => efficiency < scales);
  if (under < 0) {
    return [
      `${mode} keeps ${percent(scales)} efficiency up to ${gpus(last)}, the most that were simulated: ` +
        `there it has ${percent(last.efficiency)}.`,
    ];
  }
  const first = runs[under] as SimulatedRun;
  const kept = runs[under - 1];
  const until =
    kept === undefined
      ? `does not keep ${percent(scales)} efficiency even at ${gpus(first)}, where`
      : `keeps ${percent(scales)} efficiency up to ${gpus(kept)}; at ${count(first.outcome.replicas)}`;
  return [`${mode} ${until} it has ${percent(first.efficiency)}: ${whereTimeGoes(first, settings)}.`];
}

function whereTimeGoes(run: SimulatedRun, settings: SimulationSettings): string {
  const { outcome } = run;
  const { wait, communicate, compute, slowed } = sharesOf(outcome.parts);
  const waited = {
    sync: `waiting for the slowest of ${count(outcome.replicas)}`,
    local: `waiting for the slowest of ${count(outcome.replicas)}`,
    async: 'waiting for the servers or for slower replicas',
    single: 'waiting',
  }[outcome.mode];
  const parts = [`${percent(wait)} of the time of steps goes into ${waited}`];
  parts.push(`${percent(communicate)} into ${transfers(outcome.mode, outcome.replicas, settings)}`);
  if (slowed > 0)
    parts.push(`${percent(compute)} into computing (stragglers' being slow is ${percent(slowed)})`);
  if (run.kept < 1) parts.push(`and failures take ${percent(1 - run.kept)} of what is left`);
  return parts.join(', ');
}

function transfers(mode: string, replicas: number, settings: SimulationSettings): string {
  if (mode === 'async') return 'pushes and pulls';
  const bytes = mode === 'sync' ? Math.min(settings.bucketBytes, settings.bytes) : settings.bytes;
  const { seconds, latencySeconds } = allReduce(bytes, replicas, settings);
  const what = `${withUnit(bytes, 'B')} by ${settings.algorithm}: ${shortTime(seconds)}`;
  return `averages (${what}, of which ${shortTime(latencySeconds)} latency)`;
}

/** What a mode buys against another at the most replicas that both have. */
function against(
  runs: readonly SimulatedRun[],
  others: readonly SimulatedRun[],
  { averageEvery }: SimulationSettings,
): string[] {
  const [run, other] = [runs.at(-1), others.at(-1)];
  if (run === undefined || other === undefined || !getsAhead(run) || !getsAhead(other)) return [];
  const price =
    run.outcome.mode === 'local'
      ? `, at averages every ${plural(averageEvery, 'step')} only`
      : `, at a mean staleness of ${quantity(meanOfUpdates(stalenessRows(run.outcome.staleness)))}`;
  return [
    `${run.outcome.mode} makes ${quantity(run.samplesPerSecond / other.samplesPerSecond)} times the samples a second of ` +
      `${other.outcome.mode} at ${gpus(run)}${price}; what that does to learning no simulation says.`,
  ];
}

/** From where on the servers are the limit, and how many would do. */
function serverLimit(runs: readonly SimulatedRun[], settings: SimulationSettings): string[] {
  const limited = runs.find(({ outcome }) => (outcome.serverBusy ?? 0) >= full);
  const last = runs.at(-1);
  if (limited === undefined || last === undefined) return [];
  const { servers, serverLink, apply } = stagesOf(settings, limited.outcome.replicas);
  const what = serverLink >= apply ? 'links' : 'applying of updates';
  // A step without waiting; servers that are busy all the time would make their replicas wait again.
  const { seconds, wait } = sharesOf(last.outcome.parts);
  const steps = last.outcome.parts.steps.reduce((sum, own) => sum + own, 0);
  const needed = serversNeeded(settings, last.outcome.replicas, ((1 - wait) * seconds * scales) / steps);
  return [
    `the ${what} of ${plural(servers, 'parameter server')} are the limit of async from ${gpus(limited)} on ` +
      `(${count(1 / Math.max(serverLink, apply))} updates/s); ${plural(needed, 'server')} would carry ${gpus(last)}.`,
  ];
}

function otherAlgorithm(runs: readonly SimulatedRun[], settings: SimulationSettings): string[] {
  const last = runs.at(-1);
  if (last === undefined) return [];
  const bytes = Math.min(settings.bucketBytes, settings.bytes);
  const secondsOf = (algorithm: Algorithm): number =>
    allReduce(bytes, last.outcome.replicas, { ...settings, algorithm }).seconds;
  const own = secondsOf(settings.algorithm);
  const [best = settings.algorithm] = algorithms.toSorted((a, b) => secondsOf(a) - secondsOf(b));
  if (secondsOf(best) > clearlyFaster * own) return [];
  return [
    `at ${gpus(last)} \`algorithm=${best}\` averages ${withUnit(bytes, 'B')} in ${shortTime(secondsOf(best))}, ` +
      `${settings.algorithm} in ${shortTime(own)}.`,
  ];
}

function failures(runs: readonly SimulatedRun[]): string[] {
  const hit = runs.filter(({ kept }) => kept < 1);
  const most = Math.max(...hit.map(({ outcome }) => outcome.replicas));
  const told = hit.filter(({ outcome }) => outcome.replicas === most);
  if (told.length === 0) return [];
  const each = told.map(({ outcome, kept }) => `${percent(1 - kept)} of ${outcome.mode}'s throughput`);
  return [`failures take ${each.join(', ')} at ${plural(most, 'GPU')}.`];
}

function gpus({ outcome }: SimulatedRun): string {
  return plural(outcome.replicas, 'GPU');
}
