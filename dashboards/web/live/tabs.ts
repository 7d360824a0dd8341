import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { type MachinePage, pages } from '../../model/choices.ts';
import { pageName } from '../../model/page-name.ts';
import { button, element } from '../dom.ts';
import { setAttribute, setText } from './keyed.ts';
import type { SetUi } from './section.ts';
import { toPage } from './ui.ts';

/** The pages, by their numbers. */
export class Tabs {
  readonly root: HTMLElement;
  readonly #names: readonly (readonly [MachinePage, HTMLButtonElement, HTMLElement])[];

  constructor(setUi: SetUi) {
    this.#names = pages.map((page, at) => {
      const name = element('span', {}, page);
      const tab = button('', () => setUi(toPage(page)), { 'aria-keyshortcuts': String(at + 1) });
      tab.append(element('kbd', { 'aria-hidden': 'true' }, String(at + 1)), name);
      return [page, tab, name];
    });
    this.root = element(
      'nav',
      { class: 'tabs', 'aria-label': 'Pages' },
      ...this.#names.map(([, tab]) => tab),
    );
  }

  show(chosen: MachinePage, snapshot: Snapshot | null): void {
    for (const [page, tab, name] of this.#names) {
      setText(name, snapshot === null ? page : pageName(page, snapshot));
      const isNew = page === chosen && tab.getAttribute('aria-current') === null;
      setAttribute(tab, 'aria-current', page === chosen ? 'page' : null);
      // On a narrow screen they do not all have room.
      if (isNew) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }
}
