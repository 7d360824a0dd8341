import type { Device } from '../../model/device.ts';
import type { Timeline } from '../../model/timeline.ts';
import { firstTensorMajor, hasTensorCores } from '../has-tensor-cores.ts';
import { shortKernelName } from '../kernel-names/short-name.ts';
import { usesTensorCores } from '../kernel-names/tensor-cores.ts';
import { matrixTime } from '../kernel-names/tensor-share.ts';
import { peaksOf } from '../peaks.ts';
import type { DeviceUtilization } from '../utilization/index.ts';
import { subject, type Verdict, worstDevice } from './by-device.ts';
import { type Advice, percent } from './finding.ts';

const id = 'no-tensor-cores';
/** Share of the matrix time whose kernels say that they use none, from which on it is a pattern. */
const mostly = 0.5;
/** Share of kernel time that such kernels take, under which they do not matter. */
const worthwhile = 0.1;
const enoughCalls = 50;

export const noTensorCores: Advice = {
  id,
  looksFor: 'products, convolutions and attention that leave tensor (matrix) cores unused',
  check(timeline) {
    const notYet = { title: 'No matrix work on a device with tensor cores to judge', evidence: '' };
    return worstDevice(timeline, id, notYet, (device, used) => checkDevice(timeline, device, used));
  },
};

function checkDevice(timeline: Timeline, device: Device, used: DeviceUtilization): Verdict | null {
  const { tensorNs, plainNs } = matrixTime(timeline, device.id);
  const kernelNs = used.kernelSeconds * 1e9;
  // Whose kernels use them has them, whatever is known of the device.
  if (tensorNs + plainNs === 0 || (tensorNs === 0 && !hasTensorCores(device))) return null;
  const told = toldKernels(timeline, device.id);
  if (told.calls < enoughCalls) return null;
  const share = plainNs / kernelNs;
  const evidence = `Kernels that say by their names that they use no tensor cores take ${percent(share)} of kernel time and ${percent(plainNs / (plainNs + tensorNs))} of the matrix work whose kernels tell${told.plain}.`;
  if (share < worthwhile || plainNs / (plainNs + tensorNs) < mostly) {
    const title = 'Matrix work runs on tensor cores';
    return { finding: { severity: 'ok', title, evidence, remedy: '' }, weight: share };
  }
  return {
    finding: {
      severity: 'warn',
      title: `${subject(timeline, device)} multiplies matrices without its tensor cores, ${percent(share)} of kernel time`,
      evidence: `${evidence}${gain(device)}`,
      remedy: remedyFor(device),
    },
    weight: share,
  };
}

/** What the datasheet promises, where the model is known. */
function gain(device: Device): string {
  const peaks = peaksOf(device.name);
  if (peaks === null) return '';
  const times = (peaks.bf16 ?? peaks.fp16) / peaks.fp32;
  return ` By its datasheet the ${peaks.model} does ${times.toFixed(0)} times as much on them, in 16 bits.`;
}

/** How to get matrix work onto the tensor cores that this device has. */
export function remedyFor(device: Device): string {
  const peaks = peaksOf(device.name);
  const major = Number.parseInt(device.computeCapability.value ?? '', 10);
  if (peaks?.bf16 === null || major === firstTensorMajor) {
    return 'Train in mixed precision with FP16 (torch.autocast with a GradScaler) and sizes that are multiples of 8.';
  }
  return "Allow TF32 (torch.set_float32_matmul_precision('high')) or train in BF16 (torch.autocast), with sizes that are multiples of 8.";
}

/** Matrix kernels whose names tell: their number, and the heaviest of those without tensor cores. */
function toldKernels(timeline: Timeline, device: string): { calls: number; plain: string } {
  const sums = new Map<string, number>();
  let calls = 0;
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (totals === undefined || launch.kind !== 'kernel' || launch.device !== device) continue;
    const uses = totals.calls === 0 ? null : usesTensorCores(launch.name);
    if (uses === null) continue;
    calls += totals.calls;
    if (uses) continue;
    const name = shortKernelName(launch.name);
    sums.set(name, (sums.get(name) ?? 0) + totals.durationNs);
  }
  const names = [...sums].sort((a, b) => b[1] - a[1]).slice(0, 3);
  return { calls, plain: names.length === 0 ? '' : `: ${names.map(([name]) => name).join(', ')}` };
}
