import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { clockTime, plural } from '../../../src/model/numbers.ts';
import { button, element } from '../dom.ts';
import { stragglersLabel, workloadLabels, workloadText } from '../sections/header-frame.ts';
import type { ThemeSwitch } from '../theme.ts';
import { Keyed, setAttribute, setText } from './keyed.ts';
import type { LiveView } from './live-view.ts';
import type { LiveSection, SetUi } from './section.ts';
import { togglePause, type Ui } from './ui.ts';

const states: Readonly<Record<Snapshot['state'], string>> = {
  starting: '◌ starting',
  running: '● running',
  ended: '■ ended',
  failed: '✖ failed',
};

/** What is watched, how it stands, and everything that puts the figures in doubt. */
export class HeaderSection implements LiveSection {
  readonly root = element('header', {});
  readonly #title = element('h1', {}, 'warpwatch');
  readonly #state = element('span', { class: 'state' });
  readonly #about = element('span', {});
  readonly #pause: HTMLButtonElement;
  readonly #labels: Keyed<string>;
  readonly #notices: Keyed<string>;
  #view: LiveView | null = null;
  #ui: Ui | null = null;

  constructor(theme: ThemeSwitch, setUi: SetUi) {
    const labels = element('div', { class: 'labels' });
    const notices = element('div', { class: 'notices' });
    this.#pause = button('Pause', () => {
      if (this.#ui !== null) setUi(togglePause(this.#ui, this.#view));
    });
    const help = button('Help', () => setUi({ help: true }), { 'aria-keyshortcuts': '?' });
    setAttribute(this.#pause, 'aria-keyshortcuts', 'p');
    setAttribute(theme.button, 'aria-keyshortcuts', 't');
    this.#labels = new Keyed(
      labels,
      (text) => text,
      () => paragraph('synthetic'),
    );
    this.#notices = new Keyed(
      notices,
      (text) => text,
      () => paragraph('notice'),
    );
    this.root.append(
      element(
        'div',
        {},
        this.#title,
        element('p', { class: 'about' }, this.#state, ' ', this.#about),
        labels,
        notices,
      ),
      element('div', { class: 'header-buttons' }, this.#pause, theme.button, help),
    );
  }

  show(view: LiveView, ui: Ui): void {
    this.#view = view;
    this.#ui = ui;
    const { snapshot, host, version } = view;
    const { training } = snapshot;
    const workload = training?.workload ?? null;
    const title = titleOf(view);
    setText(this.#title, title);
    setText(this.#state, `${states[snapshot.state]} ${clockTime(snapshot.elapsedSeconds)}`);
    setAttribute(this.#state, 'data-state', snapshot.state);
    const where = host === title ? '' : host;
    const about = [where, workloadText(workload), `warpwatch ${version}`].filter((part) => part !== '');
    setText(this.#about, `· ${about.join(' · ')}`);
    setText(this.#pause, ui.held === null ? 'Pause' : 'Go on');
    setAttribute(this.#pause, 'aria-pressed', String(ui.held !== null));
    this.#labels.show(
      [
        ui.held === null ? '' : '‖ PAUSED: this moment is held; p goes on.',
        ...workloadLabels(workload),
        stragglersLabel(workload?.parallel?.stragglers ?? []),
        snapshot.lostRecords === 0
          ? ''
          : `▲ ${plural(snapshot.lostRecords, 'record')} lost: a buffer or a disk was full.`,
        view.denied,
      ].filter((text) => text !== ''),
    );
    const failed = snapshot.message === '' ? 'The run failed.' : snapshot.message;
    this.#notices.show([...(snapshot.state === 'failed' ? [failed] : []), ...snapshot.damage]);
  }
}

/** What is watched: the run, or the machine. */
export function titleOf({ snapshot, host }: LiveView): string {
  return snapshot.title === '' ? host : snapshot.title;
}

function paragraph(className: string) {
  const root = element('p', { class: className });
  return { root, show: (text: string) => setText(root, text) };
}
