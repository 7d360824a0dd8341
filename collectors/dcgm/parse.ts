import { WarpwatchError } from '../../src/model/errors.ts';
import { metrics } from '../../src/model/series.ts';
import { type DcgmField, fields } from './fields.ts';
import { type PrometheusSample, parsePrometheusText } from './prometheus-text.ts';

/** A page of dcgm-exporter. */
export interface DcgmReport {
  /** GPUs and their MIG devices, in the order of the page. */
  readonly devices: readonly DcgmDevice[];
  /** Lines that could not be read. */
  readonly damagedLines: number;
  /** Values that cannot be: NaN, DCGM's numbers for unknown, out of range. */
  readonly outOfRange: number;
  /** Whether the page ends inside a line; what came before it is taken. */
  readonly cut: boolean;
}

export interface DcgmDevice {
  /** DCGM's number of the GPU. */
  readonly index: number;
  /** UUID of the GPU, also for a MIG device; '' where it is not told. */
  readonly uuid: string;
  /** Such as `NVIDIA H100 80GB HBM3`; '' where it is not told. */
  readonly name: string;
  /** '' where it is not told. */
  readonly pciBusId: string;
  /** Machine that the exporter names; '' where it is not told. */
  readonly hostname: string;
  /** '' where it is not told. */
  readonly driver: string;
  /** Of a MIG device its GPU instance and profile, such as `1g.5gb`. */
  readonly mig: { readonly instance: number; readonly profile: string } | null;
  readonly figures: readonly DcgmFigure[];
}

export interface DcgmFigure {
  readonly metric: string;
  readonly field: DcgmField;
  readonly value: number | null;
  /** '' beside a value. */
  readonly why: string;
}

interface Gathered extends Omit<DcgmDevice, 'figures'> {
  readonly raw: Map<string, number>;
}

/** Highest number of a GPU or instance that is believed. */
const mostIndex = 4095;
const longestName = 200;
/** Rounding beside 0 and 1 that is taken off a counter's share. */
const rounding = 0.005;

/** What makes up the memory of a GPU, in MiB. */
export const memoryParts = ['DCGM_FI_DEV_FB_USED', 'DCGM_FI_DEV_FB_FREE', 'DCGM_FI_DEV_FB_RESERVED'] as const;
const mebibyte = 2 ** 20;

/**
 * Reads a page of dcgm-exporter of any version.
 * @throws WarpwatchError `bad-data` for a page of HTML
 */
export function parseDcgm(text: string): DcgmReport {
  if (/^\s*</.test(text)) {
    throw new WarpwatchError(
      'bad-data',
      'The page of dcgm-exporter is HTML, not metrics; give the address that ends in /metrics.',
    );
  }
  const page = parsePrometheusText(text);
  const gathered = new Map<string, Gathered>();
  let damagedLines = page.damagedLines;
  for (const sample of page.samples) {
    if (!sample.name.startsWith('DCGM_FI_')) continue;
    if (!gather(sample, gathered)) damagedLines += 1;
  }
  let outOfRange = 0;
  const devices = [...gathered.values()].map(({ raw, ...device }) => {
    const figures = fields
      .filter(({ kind }) => device.mig === null || kind !== 'board')
      .map((field) => figureOf(field, raw));
    outOfRange += figures.filter(
      ({ value, field }) => value === null && rawOf(field, raw) !== undefined,
    ).length;
    return { ...device, figures };
  });
  return { devices, damagedLines, outOfRange, cut: page.cut };
}

/** Whether the sample says which GPU it is of. */
function gather({ name, labels, value }: PrometheusSample, gathered: Map<string, Gathered>): boolean {
  const index = indexOf(labels.get('gpu'));
  if (index === null) return false;
  const instance = labels.get('GPU_I_ID') ?? '';
  const instanceNumber = instance === '' ? null : indexOf(instance);
  if (instance !== '' && instanceNumber === null) return false;
  // Old pages name the label `uuid` or `UUID` by a setting of the exporter.
  const uuid = labels.get('UUID') ?? labels.get('uuid') ?? '';
  const key = `${index}/${uuid}/${instance}`;
  let device = gathered.get(key);
  if (device === undefined) {
    device = {
      index,
      uuid: /^GPU-[0-9a-f-]+$/i.test(uuid) ? uuid : '',
      name: (labels.get('modelName') ?? labels.get('model_name') ?? '').slice(0, longestName),
      pciBusId: (labels.get('pci_bus_id') ?? '').replace(/^0000(?=[0-9a-f]{4}:)/i, '').toLowerCase(),
      hostname: (labels.get('Hostname') ?? labels.get('hostname') ?? '').slice(0, longestName),
      driver: labels.get('DCGM_FI_DRIVER_VERSION') ?? '',
      mig:
        instanceNumber === null
          ? null
          : { instance: instanceNumber, profile: (labels.get('GPU_I_PROFILE') ?? '').slice(0, longestName) },
      raw: new Map(),
    };
    gathered.set(key, device);
  }
  // The exporter repeats a GPU's figure for each pod that shares it.
  const known = device.raw.get(name);
  if (known === undefined || Number.isNaN(known)) device.raw.set(name, value);
  return true;
}

function figureOf(field: DcgmField, raw: ReadonlyMap<string, number>): DcgmFigure {
  const { metric, names, most } = field;
  const value = rawOf(field, raw);
  if (value !== undefined) {
    const accepted = acceptedValue(field, value);
    if (accepted !== null) return { metric, field, value: accepted, why: '' };
    const why = `dcgm-exporter gave ${value} for ${names[0]}, which cannot be: DCGM could not read it.`;
    return { metric, field, value: null, why };
  }
  const total = metric === metrics.memoryTotalBytes ? totalOf(raw, most) : null;
  if (total !== null) return { metric, field, value: total, why: '' };
  return { metric, field, value: null, why: notExported(field) };
}

/** A field's value in its metric's unit; null where it cannot be: NaN, DCGM's numbers for unknown, out of range. */
export function acceptedValue({ kind, least, most, scale }: DcgmField, value: number): number | null {
  const near = kind === 'counter' && most === 1 && value > most && value <= most + rounding ? most : value;
  return near >= least && near <= most ? near * scale : null;
}

function rawOf({ names }: DcgmField, raw: ReadonlyMap<string, number>): number | undefined {
  for (const name of names) {
    const value = raw.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The whole memory out of its three parts; with one of them missing it would be too small. */
function totalOf(raw: ReadonlyMap<string, number>, most: number): number | null {
  let sum = 0;
  for (const part of memoryParts) {
    const value = raw.get(part) ?? Number.NaN;
    if (!(value >= 0 && value <= most)) return null;
    sum += value;
  }
  return sum > 0 ? sum * mebibyte : null;
}

function notExported({ names, kind, notByDefault }: DcgmField): string {
  if (notByDefault) {
    return `dcgm-exporter leaves ${names[0]} out of its default list; add it to its counters file (option -f).`;
  }
  const needs =
    kind === 'counter' ? ' Counters need a data-center GPU from Volta on and the right to profile.' : '';
  return `This dcgm-exporter does not give ${names[0]}; add it to its counters file (option -f).${needs}`;
}

function indexOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return null;
  const index = Number(text);
  return index <= mostIndex ? index : null;
}
