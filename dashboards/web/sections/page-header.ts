import { byteSize, shortTime } from '../../../src/model/numbers.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import { element } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';

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
  const { workload } = training;
  const { host } = run;
  const synthetic = workload?.synthetic === true;
  const about = [
    `${formats[source.format]} ${source.path}`,
    run.createdAt,
    window === null ? '' : shortTime(window.seconds),
    host === null ? '' : `${host.name}: ${host.cpu}, ${host.cores} cores, ${byteSize(host.memoryBytes)}`,
    workload === null
      ? ''
      : `${workload.name} on ${workload.backend}, ${workload.data}, batch ${workload.batchSize}`,
    ...Object.entries(run.versions).map(([name, version]) => `${name} ${version}`),
  ].filter((part) => part !== '');
  return element(
    'header',
    {},
    element(
      'div',
      {},
      element('h1', {}, run.title === '' ? 'warpwatch report' : run.title),
      element('p', { class: 'about' }, about.join(' · ')),
      synthetic
        ? element(
            'p',
            { class: 'synthetic' },
            'Synthetic data: what this training learned says nothing of real data.',
          )
        : null,
      workload?.fault
        ? element('p', { class: 'synthetic' }, `A fault was put in on purpose: ${workload.fault}.`)
        : null,
    ),
    theme.button,
  );
}
