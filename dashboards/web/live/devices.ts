import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { deviceNotes } from '../../model/device-notes.ts';
import { kernelsToCome } from '../../model/row-figures.ts';
import { chosenIndex, shownDevices } from '../../model/shown-devices.ts';
import { element, section } from '../dom.ts';
import { deviceColumns } from './device-columns.ts';
import { Keyed } from './keyed.ts';
import { LiveTable } from './live-table.ts';
import type { LiveView } from './live-view.ts';
import { noteItem } from './note-item.ts';
import type { LiveSection, SetUi } from './section.ts';
import { toPage, type Ui } from './ui.ts';

/** A row a device: the coarse figure first, the real ones beside it, and the gap in words. */
export class DevicesSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #table = new LiveTable<DeviceView>('Devices', 'devices', ({ device }) => device.id);
  readonly #notes: Keyed<string>;
  readonly #setUi: SetUi;

  constructor(setUi: SetUi) {
    const notes = element('div');
    this.#setUi = setUi;
    this.#notes = new Keyed(notes, (text) => text, noteItem);
    this.root = section('devices', 'Devices', null, this.#table.root, notes);
  }

  show({ snapshot }: LiveView, ui: Ui): void {
    const views = shownDevices(snapshot);
    const chosen = views[chosenIndex(views.length, ui.device)];
    const open = (view: DeviceView) => this.#setUi({ ...toPage('gpu'), device: views.indexOf(view) });
    this.#table.root.hidden = views.length === 0;
    this.#table.show(deviceColumns(views, kernelsToCome(snapshot), open), views, {
      isPicked: (view) => views.length > 1 && view === chosen,
    });
    const notes = deviceNotes(snapshot).map(({ lead, why }) => `${lead}: ${why}`);
    this.#notes.show(
      notes.length === 0 && views.length === 0 ? ['Waiting for the first word of a device.'] : notes,
    );
  }
}
