import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { Ratio, Seconds } from '../../model/units.ts';
import type { DeviceFigure } from '../device-figures.ts';
import type { DeviceView, Snapshot } from '../snapshot.ts';
import { meanOf, totalOf } from '../statistics.ts';
import type { FleetMember, FleetMoment } from './fleet.ts';
import { compareGaps } from './fleet-order.ts';
import { trainingWords } from './training.ts';

/** Figures of a device that a host tells as the mean over its GPUs. */
export const meanFigures = ['util', 'smActive', 'occupancy', 'tensorActive', 'dramActive'] as const;
export type MeanFigure = (typeof meanFigures)[number];

/** All hosts at one moment, ready to be drawn. */
export interface FleetView extends Pick<FleetMoment, 'from' | 'troubles' | 'omittedHosts'> {
  /** The widest gap between util and SM active first; hosts whose gap is not known after them, then those that are not up. */
  readonly rows: readonly FleetRow[];
  /** The host that the rest of the snapshot is of; null for the fleet as a whole. */
  readonly open: FleetRow | null;
}

/** One host. Its means are over the GPUs that tell the figure; `from` says how many where some do not. */
export interface FleetRow
  extends Pick<FleetMember, 'host' | 'exporters' | 'condition' | 'why'>,
    Readonly<Record<MeanFigure, Measured<Ratio>>> {
  readonly ageSeconds: Seconds | null;
  /** Whole GPUs; a part of one (MIG) is no GPU more. */
  readonly gpus: number;
  /** Names of its GPUs, each once. */
  readonly models: readonly string[];
  /** util less SM active: the mean over the GPUs that tell both. */
  readonly gap: Measured<Ratio>;
  /** Sums. */
  readonly powerWatts: Measured;
  readonly memoryUsedBytes: Measured;
  readonly memoryTotalBytes: Measured;
  /** Of the hottest GPU. */
  readonly temperatureCelsius: Measured;
  readonly samplesPerSecond: Measured;
  /** What it trains, in words that say where its data are made up; '' for nothing. */
  readonly training: string;
  /** GPUs that do not answer, such as `gpu3 lost`. */
  readonly gone: readonly string[];
  /** The gap in words, of the GPU where it is widest; of a host that is not up, or has no GPU, why. */
  readonly words: string;
  /** The GPU with the widest gap; null where no gap is known, or there is one GPU. */
  readonly worst: WorstGpu | null;
}

export interface WorstGpu {
  readonly id: string;
  readonly util: Ratio;
  readonly smActive: Ratio;
}

/**
 * The hosts with their figures, the widest gap first.
 * @param host the one that is looked at closely, or null
 */
export function fleetView(moment: FleetMoment, host: string | null): FleetView {
  const rows = moment.members.map(rowOf).sort(compareGaps);
  const { from, troubles, omittedHosts } = moment;
  return { from, troubles, omittedHosts, rows, open: rows.find((row) => row.host === host) ?? null };
}

/** Whether the figures of a member are its present. */
export function isUp({ condition, snapshot }: FleetMember): boolean {
  return condition === 'up' && snapshot !== null;
}

/** Why a member has no present, in a whole sentence. */
export function whyNotUp({ host, condition, why }: Pick<FleetMember, 'host' | 'condition' | 'why'>): string {
  if (why !== '') return why;
  return condition === 'connecting' ? `${host} has not spoken yet.` : `${host} is ${condition}.`;
}

type HostFigures = Omit<
  FleetRow,
  'host' | 'exporters' | 'condition' | 'why' | 'ageSeconds' | 'gpus' | 'models'
>;

function rowOf(member: FleetMember): FleetRow {
  const { host, exporters, condition, why, ageSeconds, snapshot } = member;
  const wholes = snapshot === null ? [] : wholeGpus(snapshot);
  return {
    host,
    exporters,
    condition,
    why,
    ageSeconds,
    gpus: wholes.length,
    models: [...new Set(wholes.map(({ device }) => device.name))],
    ...(snapshot === null || !isUp(member)
      ? nothingKnown(whyNotUp(member))
      : remembered(snapshot, () => figuresOf(snapshot, wholes))),
  };
}

/** A fleet is looked at more often than its hosts tell something new. */
const figuresBySnapshot = new WeakMap<Snapshot, HostFigures>();

function remembered(snapshot: Snapshot, workOut: () => HostFigures): HostFigures {
  const before = figuresBySnapshot.get(snapshot);
  if (before !== undefined) return before;
  const figures = workOut();
  figuresBySnapshot.set(snapshot, figures);
  return figures;
}

function figuresOf(snapshot: Snapshot, wholes: readonly DeviceView[]): HostFigures {
  const gaps = wholes.flatMap(gapOf).sort((one, other) => gapWidth(other) - gapWidth(one));
  const [widest] = gaps;
  return {
    util: over(wholes, 'util', 'mean'),
    smActive: over(wholes, 'smActive', 'mean'),
    occupancy: over(wholes, 'occupancy', 'mean'),
    tensorActive: over(wholes, 'tensorActive', 'mean'),
    dramActive: over(wholes, 'dramActive', 'mean'),
    gap: gapOver(gaps, wholes, snapshot),
    powerWatts: over(wholes, 'powerWatts', 'sum'),
    memoryUsedBytes: over(wholes, 'memoryUsedBytes', 'sum'),
    memoryTotalBytes: over(wholes, 'memoryTotalBytes', 'sum'),
    temperatureCelsius: over(wholes, 'temperatureCelsius', 'hottest'),
    samplesPerSecond: snapshot.training?.samplesPerSecond ?? absent('No training reports its steps there.'),
    training: trainingOf(snapshot),
    gone: wholes.flatMap(goneWords),
    words: wholes.length === 0 ? noGpuWords(snapshot) : gapWords(wholes, widest),
    worst: wholes.length > 1 ? (widest ?? null) : null,
  };
}

function trainingOf({ training, title, state }: Snapshot): string {
  if (training === null) return '';
  const { workload } = training;
  const words = workload === null ? title : trainingWords(workload.name, workload.synthetic);
  return state === 'ended' || state === 'failed' ? `${words}: ${state}` : words;
}

function nothingKnown(why: string): HostFigures {
  const unknown = absent(why);
  return {
    util: unknown,
    smActive: unknown,
    occupancy: unknown,
    tensorActive: unknown,
    dramActive: unknown,
    gap: unknown,
    powerWatts: unknown,
    memoryUsedBytes: unknown,
    memoryTotalBytes: unknown,
    temperatureCelsius: unknown,
    samplesPerSecond: unknown,
    training: '',
    gone: [],
    words: why,
    worst: null,
  };
}

function wholeGpus({ devices }: Snapshot): readonly DeviceView[] {
  return devices.filter(({ device }) => device.kind === 'gpu' && device.parent === undefined);
}

interface Gap extends WorstGpu {
  readonly from: string;
  readonly words: string;
}

function gapOf({ device, util, smActive, gap }: DeviceView): readonly Gap[] {
  if (!isKnown(util) || !isKnown(smActive)) return [];
  const from = `${util.from} and ${smActive.from}`;
  return [{ id: device.id, util: util.value, smActive: smActive.value, from, words: gap }];
}

function gapWidth({ util, smActive }: WorstGpu): Ratio {
  return util - smActive;
}

function gapOver(gaps: readonly Gap[], wholes: readonly DeviceView[], snapshot: Snapshot): Measured<Ratio> {
  const [widest] = gaps;
  if (widest !== undefined) {
    const from = `derived from ${widest.from}${ofHowMany(gaps.length, wholes.length, 'mean')}`;
    return known(combine.mean(gaps.map(gapWidth)), from);
  }
  return absent(wholes[0] === undefined ? noGpuWords(snapshot) : whyNoGap(wholes[0]));
}

function whyNoGap({ util, smActive }: DeviceView): string {
  return (
    [smActive, util].flatMap((each) => (isKnown(each) ? [] : [each.why]))[0] ??
    'No GPU tells util and SM active.'
  );
}

function noGpuWords({ whyNoGpu, devices }: Snapshot): string {
  const isPart = ({ device }: DeviceView): boolean => device.parent !== undefined;
  const otherwise = devices.some(isPart) ? 'It tells of MIG devices alone; open it.' : 'It tells of no GPU.';
  return whyNoGpu[0] ?? otherwise;
}

/** Of several GPUs with different words those of the widest gap, with its id. */
function gapWords(wholes: readonly DeviceView[], widest: Gap | undefined): string {
  const first = wholes.find(({ gap }) => gap !== '');
  const words = widest?.words ?? first?.gap ?? '';
  if (words === '' || wholes.every(({ gap }) => gap === words)) return words;
  return `${widest?.id ?? first?.device.id ?? ''}: ${words}`;
}

function goneWords({ device, state }: DeviceView): readonly string[] {
  return state.condition === 'present' ? [] : [`${device.id} ${state.condition}`];
}

const combine = {
  mean: meanOf,
  sum: totalOf,
  hottest: (values: readonly number[]) => Math.max(...values),
} as const;

/** One value for all GPUs that tell the figure; absent for the reason of the first where none does. */
function over(wholes: readonly DeviceView[], figure: DeviceFigure, how: keyof typeof combine): Measured {
  const values: number[] = [];
  const sources = new Set<string>();
  let why = '';
  for (const view of wholes) {
    const measured = view[figure];
    if (isKnown(measured)) {
      values.push(measured.value);
      sources.add(measured.from);
    } else why ||= measured.why;
  }
  if (values.length === 0) return absent(why === '' ? 'It has no GPU.' : why);
  return known(
    combine[how](values),
    [...sources].join(' and ') + ofHowMany(values.length, wholes.length, how),
  );
}

/** `, mean of 7 of 8 GPUs`; nothing of one GPU alone. */
function ofHowMany(told: number, all: number, how: keyof typeof combine): string {
  if (all === 1) return '';
  return told === all ? `, ${how} of ${all} GPUs` : `, ${how} of ${told} of ${all} GPUs`;
}
