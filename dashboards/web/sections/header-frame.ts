import { byteSize } from '../../../src/model/numbers.ts';
import type { Straggler } from '../../../src/model/parallel.ts';
import { stragglersText } from '../../../src/model/parallel-text.ts';
import type { HostInfo } from '../../../src/model/timeline.ts';
import type { WorkloadInfo } from '../../../src/model/training.ts';
import { element } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';

/** The head of a page: what it is of, and labels that nobody must overlook. Empty texts are left out. */
export function headerFrame(
  title: string,
  about: readonly string[],
  labels: readonly string[],
  theme: ThemeSwitch,
): HTMLElement {
  const told = (part: string) => part !== '';
  return element(
    'header',
    {},
    element(
      'div',
      {},
      element('h1', {}, title),
      element('p', { class: 'about' }, about.filter(told).join(' · ')),
      ...labels.filter(told).map((label) => element('p', { class: 'synthetic' }, label)),
    ),
    theme.button,
  );
}

export function hostText(host: HostInfo | null): string {
  if (host === null) return '';
  return `${host.name}: ${host.cpu}, ${host.cores} cores, ${byteSize(host.memoryBytes)}`;
}

export function workloadText(workload: WorkloadInfo | null): string {
  if (workload === null) return '';
  return `${workload.name} on ${workload.backend}, ${workload.data}, batch ${workload.batchSize}`;
}

/** Made-up data and faults on purpose; '' where there is none. */
export function workloadLabels(workload: WorkloadInfo | null): string[] {
  return [
    workload?.synthetic === true
      ? 'Synthetic data: what this training learned says nothing of real data.'
      : '',
    workload?.fault ? `A fault was put in on purpose: ${workload.fault}.` : '',
  ];
}

/** Replicas that were held back; '' where none was. */
export function stragglersLabel(stragglers: readonly Straggler[]): string {
  const text = stragglersText(stragglers);
  return text === '' ? '' : `Slowed to stand for slower devices: ${text}.`;
}
