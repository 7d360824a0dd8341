import { type LabelledValue, type Labels, labelOf } from '../../model/labelled.ts';
import {
  type DeviceDraft,
  mostDevices,
  newDevice,
  newTarget,
  offer,
  type TargetDraft,
  type TargetKey,
} from './drafts.ts';
import { firstLabel, tidy } from './labels.ts';
import type { FigureReader, MetricReader } from './readers.ts';

/** What an answer holds, by the addresses that were scraped. */
export interface Gathered {
  readonly targets: readonly TargetDraft[];
  /** Addresses and GPUs beyond what is kept. */
  readonly omittedTargets: number;
  readonly omittedDevices: number;
}

/** Twice as many as hosts are shown: some are scraped through two exporters. */
const mostTargets = 4000;

/** Sorts the values of an answer by address and GPU. */
export function gather(
  samples: readonly LabelledValue[],
  readers: ReadonlyMap<string, MetricReader>,
): Gathered {
  const places = new Places();
  const lost = new Set<string>();
  for (const { labels, value } of samples) {
    const reader = readers.get(labelOf(labels, '__name__'));
    if (reader === undefined) continue;
    const target = places.targetOf(labels);
    if (target === null) continue;
    target.exporters.add(reader.exporter);
    reader.ofTarget?.(target, labels, value);
    if (reader.figure === undefined && reader.ofDevice === undefined) continue;
    const device = deviceOf(target, gpuLabels(labels, reader.figure?.ofWholeGpu), labels);
    if (device === null) {
      lost.add(`${target.key.instance}/${labelOf(labels, 'gpu')}`);
      continue;
    }
    if (reader.figure !== undefined) takeFigure(device, reader.figure, labels, value);
    reader.ofDevice?.(device, labels, value);
  }
  return { targets: places.targets, omittedTargets: places.omitted, omittedDevices: lost.size };
}

function takeFigure(device: DeviceDraft, reader: FigureReader, labels: Labels, told: number): void {
  const value = reader.accept(told);
  if (value !== null) offer(device, reader.figure, value, reader.from(labels));
}

/** The labels that tell an address from the others. */
export function targetKey(labels: Labels): TargetKey {
  return {
    cluster: labelOf(labels, 'cluster'),
    job: labelOf(labels, 'job'),
    instance: labelOf(labels, 'instance'),
    host: labelOf(labels, 'host'),
    hostname: labelOf(labels, 'Hostname'),
    node: labelOf(labels, 'node'),
  };
}

/** Addresses by their labels, found without making anything: there are a hundred values to each. */
class Places {
  readonly targets: TargetDraft[] = [];
  /** A proxy brings many hosts under one address, and a host with several exporters has several. */
  readonly #byInstance = new Map<string, Map<string, TargetDraft[]>>();
  readonly #omitted = new Set<string>();
  #last: TargetDraft | null = null;

  get omitted(): number {
    return this.#omitted.size;
  }

  targetOf(labels: Labels): TargetDraft | null {
    if (this.#last !== null && isOf(this.#last.key, labels)) return this.#last;
    const instance = labelOf(labels, 'instance');
    const hosts = entryOf(this.#byInstance, instance, () => new Map<string, TargetDraft[]>());
    const here = entryOf(hosts, firstLabel(labels, 'host', 'Hostname', 'node'), () => []);
    let target = here.find(({ key }) => isOf(key, labels));
    if (target === undefined) {
      if (this.targets.length >= mostTargets) {
        this.#omitted.add(instance);
        return null;
      }
      target = newTarget(targetKey(labels));
      here.push(target);
      this.targets.push(target);
    }
    this.#last = target;
    return target;
  }
}

function entryOf<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  let value = map.get(name);
  if (value === undefined) {
    value = make();
    map.set(name, value);
  }
  return value;
}

function isOf(key: TargetKey, labels: Labels): boolean {
  return (
    labelOf(labels, 'instance') === key.instance &&
    labelOf(labels, 'job') === key.job &&
    labelOf(labels, 'host') === key.host &&
    labelOf(labels, 'Hostname') === key.hostname &&
    labelOf(labels, 'node') === key.node &&
    labelOf(labels, 'cluster') === key.cluster
  );
}

/**
 * The labels that tell a GPU from the others of its address.
 * @param ofWholeGpu whether it is told of the GPU, also where it stands at a MIG device: dcgm-exporter has no line but theirs
 */
export function gpuLabels(labels: Labels, ofWholeGpu = false): Pick<DeviceDraft, 'uuid' | 'gpu' | 'mig'> {
  return {
    // Old pages of dcgm-exporter name the label `uuid` or `UUID` by a setting.
    uuid: firstLabel(labels, 'uuid', 'UUID'),
    gpu: labelOf(labels, 'gpu'),
    mig: ofWholeGpu ? '' : firstLabel(labels, 'mig', 'GPU_I_ID', 'gpu_instance_id'),
  };
}

/** The GPU that a value is of; null where its address has too many. */
function deviceOf(
  { devices }: TargetDraft,
  { uuid, gpu, mig }: ReturnType<typeof gpuLabels>,
  labels: Labels,
): DeviceDraft | null {
  const name = uuid === '' ? `#${gpu}` : uuid;
  const key = mig === '' ? name : `${name}/${mig}`;
  let device = devices.get(key);
  if (device === undefined) {
    if (devices.size >= mostDevices) return null;
    device = newDevice(tidy(uuid), tidy(gpu), tidy(mig));
    device.profile = mig === '' ? '' : tidy(labelOf(labels, 'GPU_I_PROFILE'));
    device.model = tidy(firstLabel(labels, 'model', 'modelName', 'model_name'));
    devices.set(key, device);
  }
  return device;
}
