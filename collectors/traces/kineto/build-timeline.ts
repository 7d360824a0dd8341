import type { Timeline } from '../../../src/model/timeline.ts';
import { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import type { TraceFile } from '../importer.ts';
import { damageOf } from './damage.ts';
import { DeviceProperties, deviceId } from './devices.ts';
import type { TraceDocument } from './document.ts';
import type { EventGatherer, StepMark } from './gatherer.ts';
import { CallTable } from './join-calls.ts';
import { inOrder } from './order.ts';
import { describeTrace, rankOf, unixOriginNs } from './run-info.ts';

/** Puts what was gathered together: joins executions with their calls, and brings them into order. */
export function buildTimeline(
  file: TraceFile,
  document: TraceDocument,
  gatherer: EventGatherer,
  damage: readonly string[],
): Timeline {
  const { members } = document;
  const shiftNs = Number.isFinite(gatherer.firstNs) ? gatherer.firstNs : 0;
  const originUnixNs = unixOriginNs(gatherer.clock.originUs, members.get('baseTimeNanoseconds'));
  const timeline = new TimelineBuilder(
    { path: file.path, format: 'kineto' },
    describeTrace(file.path, originUnixNs, members),
    originUnixNs === 0n ? 0n : originUnixNs + BigInt(shiftNs),
  );
  shiftMoments(gatherer, shiftNs);
  addDevices(timeline, gatherer, members);
  addHost(timeline, gatherer, members);
  addActivity(timeline, gatherer);
  addSteps(timeline, gatherer.steps);
  timeline.losses.outOfRange = gatherer.outOfRange;
  timeline.losses.unfinished = gatherer.unfinished;
  timeline.damage = damageOf(file.path, document, gatherer, damage);
  return timeline;
}

function addDevices(
  timeline: TimelineBuilder,
  gatherer: EventGatherer,
  members: ReadonlyMap<string, string>,
): void {
  const isHip = ['roctracer_version', 'hip_runtime_version', 'hip_driver_version'].some((key) =>
    members.has(key),
  );
  const properties = new DeviceProperties(members.get('deviceProperties'), isHip);
  const numbers = [...gatherer.devices].sort((a, b) => a - b);
  for (const number of numbers) timeline.addDevice(properties.device(number));
  const rank = rankOf(members.get('distributedInfo'));
  if (rank !== null) timeline.ranks.push({ ...rank, devices: numbers.map(deviceId) });
}

function addHost(
  timeline: TimelineBuilder,
  { threads, hostNames, host, names }: EventGatherer,
  members: ReadonlyMap<string, string>,
): void {
  const rank = rankOf(members.get('distributedInfo'))?.rank ?? null;
  for (const name of threads.list((entry) => names.text(entry))) timeline.host.threads.push({ name, rank });
  for (const name of hostNames.list) timeline.host.names.push(name);
  for (const block of host.blocks) timeline.addHostBlock(block);
}

function addActivity(timeline: TimelineBuilder, { activity, calls, launches, names }: EventGatherer): void {
  for (const launch of launches.launches((name) => names.text(name), deviceId)) timeline.addLaunch(launch);
  const table = new CallTable(calls.blocks);
  for (const rows of inOrder(activity.blocks)) {
    const { count, startNs, durationNs, launch, queue } = rows;
    const callsOfRows = table.callsOf(rows);
    timeline.addActivity({
      count,
      startNs,
      durationNs,
      launch,
      queue,
      ...(callsOfRows === undefined ? {} : { calls: callsOfRows }),
    });
  }
}

/** Several threads may mark one step: the widest of marks that overlap is the step. */
function addSteps(timeline: TimelineBuilder, marks: readonly StepMark[]): void {
  const kept = new Map<number, StepMark[]>();
  for (const mark of [...marks].sort((a, b) => a.startNs - b.startNs)) {
    const same = kept.get(mark.number) ?? [];
    const last = same.at(-1);
    if (last !== undefined && mark.startNs < last.endNs) last.endNs = Math.max(last.endNs, mark.endNs);
    else kept.set(mark.number, [...same, mark]);
  }
  const rank = timeline.ranks[0]?.rank;
  const steps = [...kept.values()].flat().sort((a, b) => a.startNs - b.startNs);
  for (const { number, startNs, endNs } of steps) {
    timeline.addStep({ number, startNs, endNs, samples: null, ...(rank === undefined ? {} : { rank }) });
  }
}

/** Makes the earliest moment the timeline's origin, so that none is negative. */
function shiftMoments({ activity, host, calls, steps }: EventGatherer, byNs: number): void {
  for (const { count, startNs } of [...activity.blocks, ...host.blocks, ...calls.blocks]) {
    for (let i = 0; i < count; i++) startNs[i] = (startNs[i] as number) - byNs;
  }
  for (const step of steps) {
    step.startNs -= byNs;
    step.endNs -= byNs;
  }
}
