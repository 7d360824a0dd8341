import { type DeviceFigure, deviceFigures } from '../../../src/analysis/device-figures.ts';
import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { percent } from '../../../src/model/numbers.ts';
import { identityOf } from '../../model/device-notes.ts';
import { figureGroups, figureTone, unknownFigures } from '../../model/figure-groups.ts';
import { figureText } from '../../model/figure-text.ts';
import { warningsOf } from '../../model/finding-rows.ts';
import { chosenIndex, shownDevices } from '../../model/shown-devices.ts';
import { element, section } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import { deviceChart } from './charts-of.ts';
import { DeviceChoice } from './device-choice.ts';
import { GapCell } from './device-columns.ts';
import { FindingList } from './findings.ts';
import { Keyed, type Shows, setText } from './keyed.ts';
import { LiveChart } from './live-chart.ts';
import type { LiveView } from './live-view.ts';
import { noteItem } from './note-item.ts';
import type { LiveSection, SetUi } from './section.ts';
import { FigureText, figureOf, shareOf } from './told.ts';
import type { Ui } from './ui.ts';
import { WindowChoice } from './window-choice.ts';

interface GroupItem {
  readonly title: string;
  readonly names: readonly DeviceFigure[];
  readonly view: DeviceView;
}

/** One device with everything that is known of it, and why the rest is not. */
export class GpuSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #heading = element('h3');
  readonly #identity = element('p', { class: 'about' });
  readonly #gap = new GapCell();
  readonly #choice: WindowChoice;
  readonly #chart: LiveChart;
  readonly #devices: DeviceChoice;
  readonly #groups: Keyed<GroupItem>;
  readonly #findings = new FindingList();
  readonly #unknown: Keyed<string>;

  constructor(theme: ThemeSwitch, setUi: SetUi) {
    const groups = element('div', { class: 'groups' });
    const unknown = element('div');
    this.#choice = new WindowChoice(setUi);
    this.#chart = new LiveChart(theme);
    this.#devices = new DeviceChoice(setUi);
    this.#groups = new Keyed(
      groups,
      ({ title }) => title,
      () => new Group(),
    );
    this.#unknown = new Keyed(unknown, (text) => text, noteItem);
    this.root = section(
      'gpu',
      'Device',
      null,
      this.#devices.root,
      this.#heading,
      this.#identity,
      this.#gap.root,
      this.#choice.root,
      this.#chart.root,
      groups,
      this.#findings.root,
      unknown,
    );
  }

  show({ snapshot, times }: LiveView, ui: Ui): void {
    const views = shownDevices(snapshot);
    const view = views[chosenIndex(views.length, ui.device)];
    this.#devices.show(views, ui);
    this.#choice.root.hidden = view === undefined;
    if (view === undefined) {
      setText(this.#heading, 'No device has been seen yet.');
      this.#unknown.show(snapshot.whyNoGpu);
      return;
    }
    setText(this.#heading, `${view.device.id} · ${view.device.name}`);
    setText(this.#identity, identityOf(snapshot, view.device).join(' · '));
    this.#gap.show(view);
    this.#choice.show(ui.windowSeconds);
    this.#chart.show(deviceChart(view, times.get(view.device.id) ?? [], ui.windowSeconds, true));
    this.#groups.show(figureGroups(view).map((group) => ({ ...group, view })));
    this.#findings.show(warningsOf(snapshot, view));
    this.#unknown.show(
      unknownFigures(view).map(({ labels, why }) => `Not known: ${labels.join(', ')}. ${why}`),
    );
  }
}

class Group implements Shows<GroupItem> {
  readonly root = element('article', { class: 'group' });
  readonly #title = element('h3');
  readonly #rows: Keyed<{ readonly name: DeviceFigure; readonly view: DeviceView }>;

  constructor() {
    const list = element('dl', {});
    this.#rows = new Keyed(
      list,
      ({ name }) => name,
      () => figureRow(),
    );
    this.root.append(this.#title, list);
  }

  show({ title, names, view }: GroupItem): void {
    setText(this.#title, title);
    this.#rows.show(names.map((name) => ({ name, view })));
  }
}

function figureRow() {
  const label = element('dt');
  const figure = new FigureText();
  const from = element('span', { class: 'value' });
  return {
    root: element('div', {}, label, element('dd', {}, figure.root, from)),
    show({ name, view }: { readonly name: DeviceFigure; readonly view: DeviceView }) {
      const { label: text, unit } = deviceFigures[name];
      const measured = view[name];
      const tone = figureTone(view, name);
      setText(label, text);
      figure.show(
        unit === 'ratio'
          ? shareOf(measured, percent, tone)
          : figureOf(measured, (value) => figureText(name, value), tone),
      );
      setText(from, measured.value === null ? '' : measured.from);
    },
  };
}
