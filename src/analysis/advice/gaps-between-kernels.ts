import type { Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { activeWindow, type Coverage, coverage, launchesOf } from '../coverage.ts';
import { type Advice, type Finding, percent } from './finding.ts';

const id = 'gaps-between-kernels';
/** From here on the gaps are worth a person's time. */
const worthwhile = 0.15;
/** Fewer kernels, or less time, say nothing. */
const enoughGaps = 100;
const enoughSeconds = 1;

export const gapsBetweenKernels: Advice = {
  id,
  looksFor: 'time between kernels, in which the device waits for the host',
  check: (timeline) => worst(timeline.devices.map((device) => checkDevice(timeline, device.id))),
};

function checkDevice(timeline: Timeline, device: string): Finding {
  const kernels = launchesOf(timeline, device, ['kernel']);
  const window = activeWindow(timeline, kernels);
  if (window === null) return notYet();
  const figures = coverage(timeline, kernels, window);
  if (figures.gaps < enoughGaps || toSeconds(figures.windowNs) < enoughSeconds) return notYet();
  const idle = figures.gapNs / figures.windowNs;
  const wait = idle >= worthwhile;
  return {
    id,
    severity: wait ? 'warn' : 'ok',
    title: wait
      ? `${device} waits for the host ${percent(idle)} of the time`
      : 'Kernels follow each other closely',
    evidence: describe(figures, idle),
    remedy: wait
      ? 'Prepare the next batch while the device computes, and keep host work out of the step.'
      : '',
  };
}

function describe({ gaps, gapNs, longestGapNs }: Coverage, idle: number): string {
  const mean = (gapNs / gaps / 1e3).toFixed(1);
  const longest = (longestGapNs / 1e6).toFixed(1);
  return `${percent(idle)} of the window lies between kernels: ${gaps} gaps, ${mean} µs on average, the longest ${longest} ms.`;
}

function notYet(): Finding {
  return { id, severity: 'recheck', title: 'Too few kernels to judge the gaps', evidence: '', remedy: '' };
}

function worst(findings: readonly Finding[]): Finding {
  return (
    findings.find(({ severity }) => severity === 'warn') ??
    findings.find(({ severity }) => severity === 'ok') ??
    notYet()
  );
}
