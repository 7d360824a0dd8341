import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { chosenIndex } from '../../model/shown-devices.ts';
import { button, element } from '../dom.ts';
import { Keyed, type Shows, setAttribute, setText } from './keyed.ts';
import type { SetUi } from './section.ts';
import type { Ui } from './ui.ts';

interface Choice {
  readonly id: string;
  /** Among the devices that are shown. */
  readonly place: number;
  readonly isChosen: boolean;
}

/** Buttons for the device that a page is about; none where there is no choice. */
export class DeviceChoice {
  readonly root = element('div', { class: 'tools', role: 'group', 'aria-label': 'Device' });
  readonly #buttons: Keyed<Choice>;

  constructor(setUi: SetUi) {
    this.#buttons = new Keyed(
      this.root,
      ({ id }) => id,
      () => deviceButton(setUi),
    );
  }

  show(views: readonly DeviceView[], ui: Ui): void {
    const chosen = chosenIndex(views.length, ui.device);
    const choices = views.map(({ device }, place) => ({ id: device.id, place, isChosen: place === chosen }));
    this.root.hidden = choices.length < 2;
    this.#buttons.show(choices.length < 2 ? [] : choices);
  }
}

function deviceButton(setUi: SetUi): Shows<Choice> {
  let chooses = 0;
  const root = button('', () => setUi({ device: chooses }), { class: 'inline' });
  return {
    root,
    show({ id, place, isChosen }) {
      chooses = place;
      setText(root, id);
      setAttribute(root, 'aria-pressed', String(isChosen));
    },
  };
}
