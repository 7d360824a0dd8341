import type { Device } from '../../model/device.ts';
import type { DeviceState } from '../../model/gpu-process.ts';
import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { type DeviceFigure, type DeviceFigures, figureNames, figureRows } from '../device-figures.ts';
import { throughputs, whyGone } from '../device-view.ts';
import { describeGap } from '../gap.ts';
import type { DeviceView, History } from '../snapshot.ts';
import type { DeviceDraft } from './drafts.ts';
import type { HostDraft } from './join-hosts.ts';
import { type AbsentFigures, allAbsent } from './why-absent.ts';

const notTold = Object.freeze(absent('Metrics do not tell it; `warpwatch devices` on that host does.'));
const present: DeviceView['state'] = Object.freeze({ condition: 'present', why: '' });
const gone: Pick<DeviceState, 'condition' | 'why'> = Object.freeze({
  condition: 'lost',
  why: 'warpwatch on that host says that the GPU is lost or does not answer (warpwatch_gpu_up is 0); look at the kernel log there.',
});
const noXid = Object.freeze(absent('No XID error is told of.'));
const heldDown = Object.freeze(
  absent(
    'Its clocks are held down (warpwatch_gpu_throttled is 1); `warpwatch top` on that host says by what.',
  ),
);
const notHeldDown = Object.freeze(
  absent('Nothing that harms holds its clocks down (warpwatch_gpu_throttled is 0).'),
);

const ofParts = Object.freeze(
  absent('It is told of its MIG devices, not of the GPU as a whole; open the host.'),
);

const noDevice: Device = {
  id: '',
  kind: 'gpu',
  name: '',
  vendor: '',
  smCount: notTold,
  computeCapability: notTold,
  memoryBytes: notTold,
  peakFlops: notTold,
};

const noPoints: readonly number[] = Object.freeze([]);
/** A history of which nothing is known. */
const emptyHistory: History = {
  dropped: 0,
  intervalSeconds: 1,
  util: noPoints,
  kernelBusy: noPoints,
  smActive: noPoints,
  occupancy: noPoints,
  tensorActive: noPoints,
  dramActive: noPoints,
  peakShare: noPoints,
  powerWatts: noPoints,
};

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** The GPUs of a host, as a dashboard shows them; without a history. */
export function deviceViews(
  { devices, exporters }: HostDraft,
  absences: AbsentFigures,
  close: boolean,
): readonly DeviceView[] {
  const ids = new Set<string>();
  const blank = blankView(absences(exporters, close));
  const parts = devices.filter(({ mig }) => mig !== '');
  return devices.map((draft) => {
    const device = deviceOf(draft, freeId(draft, ids));
    if (draft.gone) return { ...blankView(goneFigures(device, draft)), device, state: gone };
    // A copy of one object that has every key is a hundred times as fast as one that is put together of several.
    const view: Draft<DeviceView> = { ...blank };
    Object.assign(view, draft.figures);
    view.device = device;
    if (draft.mig === '') for (const part of parts) if (gpuId(part) === device.id) refer(view, part);
    complete(view, draft);
    view.gap = describeGap(device, view);
    return view;
  });
}

const blankViews = new WeakMap<DeviceFigures, DeviceView>();

/** A view with every key; the device is still to come. */
function blankView(figures: DeviceFigures): DeviceView {
  let view = blankViews.get(figures);
  if (view === undefined) {
    view = { ...figures, device: noDevice, state: present, processes: null, gap: '', history: emptyHistory };
    blankViews.set(figures, view);
  }
  return view;
}

/** Says of a GPU where to find what only its part tells. */
function refer(view: Record<DeviceFigure, Measured>, { figures }: DeviceDraft): void {
  for (const name of figureNames) if (name in figures && !isKnown(view[name])) view[name] = ofParts;
}

/** Works out what is derived. */
function complete(view: Record<DeviceFigure, Measured>, { throttled }: DeviceDraft): void {
  const { computeThroughput, memoryThroughput } = throughputs((figure) => view[figure]);
  if (!isKnown(view.computeThroughput)) view.computeThroughput = computeThroughput;
  if (!isKnown(view.memoryThroughput)) view.memoryThroughput = memoryThroughput;
  if (view.xid.value === 0) view.xid = noXid;
  if (throttled !== null && !isKnown(view.throttleReasons)) {
    view.throttleReasons = throttled ? heldDown : notHeldDown;
  }
}

/** Of a GPU that is gone only the events before are told. */
function goneFigures(device: Device, { figures }: DeviceDraft): DeviceFigures {
  const blank: Record<DeviceFigure, Measured> = { ...allAbsent(() => whyGone(device, gone)?.why ?? '') };
  for (const name of figureNames) {
    const told = figures[name];
    if (figureRows[name].event === true && told !== undefined && told.value !== 0) blank[name] = told;
  }
  return blank;
}

function deviceOf(draft: DeviceDraft, id: string): Device {
  const { uuid, model, mig, profile, computeCapability, figures } = draft;
  const name = model || 'NVIDIA GPU';
  const device: Device = {
    id,
    kind: 'gpu',
    name: profile === '' ? name : `${name} MIG ${profile}`,
    vendor: 'NVIDIA',
    smCount: notTold,
    computeCapability: /^\d+\.\d+$/.test(computeCapability)
      ? known(computeCapability, 'nvidia-smi')
      : notTold,
    memoryBytes: figures.memoryTotalBytes ?? notTold,
    peakFlops: notTold,
  };
  if (mig !== '') return { ...device, parent: gpuId(draft) };
  return uuid === '' ? device : { ...device, uuid };
}

function freeId(draft: DeviceDraft, taken: Set<string>): string {
  const { mig, uuid } = draft;
  const own = mig === '' ? gpuId(draft) : mig.includes('/') ? mig : `${gpuId(draft)}/mig${mig}`;
  // Of containers that each see some GPUs, or of exporters that count differently.
  let id = taken.has(own) ? `${own} ${shortUuid(uuid)}` : own;
  for (let turn = 2; taken.has(id); turn += 1) id = `${own} (${turn})`;
  taken.add(id);
  return id;
}

function gpuId({ gpu, uuid }: DeviceDraft): string {
  if (gpu === '') return `gpu ${shortUuid(uuid)}`.trim();
  return /^\d+$/.test(gpu) ? `gpu${gpu}` : gpu;
}

function shortUuid(uuid: string): string {
  return uuid.replace(/^(?:GPU|MIG)-/i, '').slice(0, 8);
}
