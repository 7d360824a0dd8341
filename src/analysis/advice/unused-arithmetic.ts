import { isKnown } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import { activeWindow, coverage, launchesOf } from '../coverage.ts';
import { type KernelRow, kernelTable, peakOf, shareOfPeak } from '../kernels.ts';
import { recordedSpans } from '../recorded.ts';
import { totalFlopsPerSecond } from '../throughput.ts';
import { type Advice, type Finding, percent } from './finding.ts';

const id = 'unused-arithmetic';
/** Busy from here on: before that, gaps are the first thing to mend. */
const busyFrom = 0.7;
/** Under this share of peak a busy device has much to give. */
const wellUsed = 0.4;
/** A kernel is named when it takes this much of kernel time at less than the run's own share of peak. */
const heavyShare = 0.05;
const enoughCalls = 1000;
/** Elementwise kernels do less than one operation a byte, convolutions and matrix products tens. */
const fewFlopsPerByte = 4;

export const unusedArithmetic: Advice = {
  id,
  looksFor: 'a device that is busy by every clock and yet does little of the arithmetic it could',
  check(timeline) {
    const findings = timeline.devices.map((device) => checkDevice(timeline, device.id));
    return (
      findings.find(({ severity }) => severity === 'warn') ??
      findings.find(({ severity }) => severity === 'ok') ??
      notYet()
    );
  },
};

function checkDevice(timeline: Timeline, device: string): Finding {
  const peak = peakOf(timeline, device);
  if (!isKnown(peak)) return notYet();
  const kernels = launchesOf(timeline, device, ['kernel']);
  const window = activeWindow(timeline, kernels);
  const rows = kernelTable(timeline).filter((row) => row.device === device);
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  if (window === null || calls < enoughCalls) return notYet();
  const { busyNs, windowNs } = coverage(timeline, kernels, window, recordedSpans(timeline, device));
  const perBusySecond = totalFlopsPerSecond(timeline, kernels, { startNs: 0, endNs: kernelNs(rows) });
  const share = shareOfPeak(perBusySecond, peak);
  if (!isKnown(share)) return notYet();
  const evidence = `Kernels run for ${percent(busyNs / windowNs)} of the time and reach ${percent(share.value)} of peak arithmetic while they do.`;
  if (busyNs / windowNs < busyFrom || share.value >= wellUsed) {
    return { id, severity: 'ok', title: 'Arithmetic is used while kernels run', evidence, remedy: '' };
  }
  const idleKernels = rows
    .filter((row) => row.share >= heavyShare && (row.peakShare.value ?? 1) < share.value)
    .slice(0, 3);
  return {
    id,
    severity: 'warn',
    title: `${device} is busy, with ${percent(share.value)} of its arithmetic`,
    evidence: `${evidence}${idleKernels.map((row) => ` ${row.name}: ${percent(row.share)} of kernel time at ${percent(row.peakShare.value ?? 0)} of peak.`).join('')}`,
    remedy: remedyFor(idleKernels),
  };
}

/** Says what the numbers bear out: whether the kernels lack arithmetic, or do theirs slowly. */
function remedyFor(rows: readonly KernelRow[]): string {
  const moving = rows.filter((row) => {
    const intensity = (row.flopsPerSecond.value ?? 0) / (row.bytesPerSecond.value ?? Number.NaN);
    return intensity < fewFlopsPerByte;
  });
  if (moving.length > rows.length / 2) {
    return 'These kernels move data more than they compute: fuse them into their neighbours.';
  }
  return 'Use larger batches and channels, more threads, or a faster backend: the arithmetic is there, and slow.';
}

function kernelNs(rows: readonly KernelRow[]): number {
  return rows.reduce((sum, row) => sum + row.totalSeconds, 0) * 1e9;
}

function notYet(): Finding {
  return {
    id,
    severity: 'recheck',
    title: 'Arithmetic cannot be judged yet',
    evidence: 'Too few kernels, or the peak is not known.',
    remedy: '',
  };
}
