import { shownDevices } from '../../model/shown-devices.ts';
import type { Chart } from '../charts/chart-model.ts';
import { element, section } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import { deviceChart } from './charts-of.ts';
import { Keyed } from './keyed.ts';
import { LiveChart } from './live-chart.ts';
import type { LiveView } from './live-view.ts';
import type { LiveSection, SetUi } from './section.ts';
import type { Ui } from './ui.ts';
import { WindowChoice } from './window-choice.ts';

/** Util against the real figures over the last minutes, a chart a device. */
export class ChartsSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #choice: WindowChoice;
  readonly #charts: Keyed<Chart>;

  constructor(theme: ThemeSwitch, setUi: SetUi) {
    const grid = element('div', { class: 'charts' });
    this.#choice = new WindowChoice(setUi);
    this.#charts = new Keyed(
      grid,
      ({ id }) => id,
      () => new LiveChart(theme),
    );
    this.root = section('charts', 'Over time', null, this.#choice.root, grid);
  }

  show({ snapshot, times }: LiveView, { windowSeconds }: Ui): void {
    const views = shownDevices(snapshot);
    this.root.hidden = views.length === 0;
    this.#choice.show(windowSeconds);
    this.#charts.show(
      views.map((view) =>
        deviceChart(view, times.get(view.device.id) ?? [], windowSeconds, views.length === 1),
      ),
    );
  }
}
