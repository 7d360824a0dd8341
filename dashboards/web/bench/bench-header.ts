import type { BenchResult } from '../../../src/analysis/bench/result.ts';
import {
  headerFrame,
  hostText,
  stragglersLabel,
  workloadLabels,
  workloadText,
} from '../sections/header-frame.ts';
import type { ThemeSwitch } from '../theme.ts';

/** What was compared, where, and what of it is made up or put in on purpose. */
export function benchHeader(result: BenchResult, theme: ThemeSwitch): HTMLElement {
  const { source, simulated, host, workload, settings } = result;
  const title = workload === null ? 'Data-parallel training' : `Data-parallel training of ${workload.name}`;
  return headerFrame(
    simulated ? `${title}, simulated` : title,
    [source === null ? '' : `benchmark ${source.path}`, hostText(host), workloadText(workload)],
    [
      simulated
        ? 'Simulated: nothing here was measured; all of it is worked out from a model of the machine.'
        : '',
      ...workloadLabels(workload),
      stragglersLabel(settings.stragglers),
    ],
    theme,
  );
}
