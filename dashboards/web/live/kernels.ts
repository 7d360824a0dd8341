import type { KernelRow } from '../../../src/analysis/kernels.ts';
import { count, plural } from '../../../src/model/numbers.ts';
import { type SortColumn, sortColumns } from '../../model/choices.ts';
import { noKernelsText, sortKernels } from '../../model/kernel-rows.ts';
import { element, section } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import { Filter } from './filter.ts';
import { kernelColumns } from './kernel-columns.ts';
import { KernelDetail } from './kernel-detail.ts';
import { setText } from './keyed.ts';
import { LiveTable } from './live-table.ts';
import type { LiveView } from './live-view.ts';
import type { LiveSection, SetUi } from './section.ts';
import { toPage, type Ui } from './ui.ts';

/** Rows of the overview. */
const fewRows = 8;

/** Where a kernel's time and arithmetic went; on its own page every kernel, with a filter, or one of them in detail. */
export class KernelsSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #table: LiveTable<KernelRow>;
  readonly #filter: Filter;
  readonly #note = element('p', { class: 'note' });
  readonly #detail: KernelDetail;
  readonly #setUi: SetUi;

  constructor(theme: ThemeSwitch, setUi: SetUi) {
    this.#setUi = setUi;
    this.#table = new LiveTable(
      'Kernels',
      'kernels',
      ({ device, name }) => `${device} ${name}`,
      (sort) => {
        if (isSort(sort)) setUi({ sort });
      },
    );
    this.#filter = new Filter('Filter by name', setUi);
    this.#detail = new KernelDetail(theme, setUi);
    this.root = section(
      'kernels',
      'Kernels',
      null,
      this.#filter.root,
      this.#table.root,
      this.#note,
      this.#detail.root,
    );
  }

  show(view: LiveView, ui: Ui): void {
    const { snapshot, kernelCount } = view;
    const onPage = ui.page === 'kernels';
    const inDetail = onPage && ui.kernel !== null;
    this.#detail.root.hidden = !inDetail;
    this.#table.root.hidden = inDetail || snapshot.kernels.length === 0;
    this.#filter.root.hidden = inDetail || !onPage || snapshot.kernels.length === 0;
    this.#note.hidden = inDetail;
    if (inDetail) {
      this.#detail.show(view, ui);
      return;
    }
    const wanted = onPage ? ui.filter.trim().toLowerCase() : '';
    const found = sortKernels(snapshot.kernels, ui.sort).filter(({ name }) =>
      name.toLowerCase().includes(wanted),
    );
    const shown = onPage ? found : found.slice(0, fewRows);
    const open = ({ device, name }: KernelRow) =>
      this.#setUi({ ...toPage('kernels'), kernel: { device, name } });
    this.#table.show(kernelColumns(snapshot.kernels, open), shown, { sorted: ui.sort });
    this.#filter.show({ text: ui.filter, found: plural(found.length, 'kernel') });
    const hidden = kernelCount - (onPage ? snapshot.kernels.length : shown.length);
    const rest =
      hidden > 0
        ? `${count(hidden)} more ${onPage ? 'with less time are not listed' : 'on the page of the kernels'}.`
        : '';
    setText(this.#note, snapshot.kernels.length === 0 ? noKernelsText(snapshot) : rest);
  }
}

function isSort(name: string): name is SortColumn {
  return sortColumns.some((column) => column === name);
}
