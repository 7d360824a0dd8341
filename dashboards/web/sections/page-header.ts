import { shortTime } from '../../../src/model/numbers.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import type { ThemeSwitch } from '../theme.ts';
import { headerFrame, hostText, stragglersLabel, workloadLabels, workloadText } from './header-frame.ts';

const formats = {
  recording: 'recording',
  kineto: 'PyTorch (Kineto) trace',
  'nsys-sqlite': 'Nsight Systems',
} as const;

/** What ran, where, and what it was read from. Made-up data say so. */
export function pageHeader(
  { report: { run, source, window, training } }: PageData,
  theme: ThemeSwitch,
): HTMLElement {
  const about = [
    `${formats[source.format]} ${source.path}`,
    run.createdAt,
    window === null ? '' : shortTime(window.seconds),
    hostText(run.host),
    workloadText(training.workload),
    ...Object.entries(run.versions).map(([name, version]) => `${name} ${version}`),
  ];
  const title = run.title === '' ? 'warpwatch report' : run.title;
  const slowed = stragglersLabel(training.workload?.parallel?.stragglers ?? []);
  return headerFrame(title, about, [...workloadLabels(training.workload), slowed], theme);
}
