import { count, percent } from '../../../src/model/numbers.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import type { KernelReport } from '../../../src/report/report.ts';
import { swatch } from '../categories.ts';
import type { Sheet } from '../csv.ts';
import { button, element, note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import type { PickedKernel } from '../picked-kernel.ts';
import { type KernelColumn, kernelColumns, missingColumns } from './kernel-columns.ts';
import { firstQuery, type KernelQuery, selectKernels, sortedBy } from './kernel-table-model.ts';

/** Rows that are shown until the reader asks for more. */
const firstRows = 25;

/** The kernel table: sorts by any column, filters by name and category, shows the kernel that is picked. */
export function kernelsSection({ report, unlisted }: PageData, picked: PickedKernel): HTMLElement {
  const kernels = report.topKernels;
  if (kernels.length === 0) return section('kernels', 'Kernels', null, note('No kernel is recorded.'));
  const table = new KernelTable(kernels, picked);
  const rest =
    unlisted.kernels > 0
      ? `${count(unlisted.kernels)} more kernels with ${percent(unlisted.share)} of the kernel time are not listed here.`
      : '';
  return section(
    'kernels',
    'Kernels',
    downloadButton('kernels', 'the kernels as they are sorted and filtered', () => table.sheet()),
    table.tools,
    table.root,
    table.more,
    note(rest),
    ...missingColumns(kernels).map(note),
  );
}

class KernelTable {
  readonly tools: HTMLElement;
  readonly root: HTMLElement;
  readonly more: HTMLElement;
  readonly #kernels: readonly KernelReport[];
  readonly #picked: PickedKernel;
  readonly #columns: readonly KernelColumn[];
  readonly #body = element('tbody');
  readonly #heads = new Map<string, HTMLTableCellElement>();
  readonly #found = element('span', { class: 'status', role: 'status', 'aria-live': 'polite' });
  #query: KernelQuery = firstQuery;
  #rows = firstRows;

  constructor(kernels: readonly KernelReport[], picked: PickedKernel) {
    this.#kernels = kernels;
    this.#picked = picked;
    this.#columns = kernelColumns(kernels);
    this.tools = this.#makeTools();
    this.more = button('Show all', () => {
      this.#rows = Number.POSITIVE_INFINITY;
      this.#draw();
    });
    const head = element(
      'tr',
      {},
      this.#head('name', 'kernel', '', true),
      ...this.#columns.map(({ id, head, word, isText }) => this.#head(id, head, word, isText)),
    );
    this.root = element(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Kernel table' },
      element('table', { class: 'kernels' }, element('thead', {}, head), this.#body),
    );
    picked.onChange((row, from) => {
      if (row >= 0 && from === 'timeline') this.#reveal(row);
      this.#draw();
      if (row >= 0 && from === 'timeline')
        this.#body.querySelector('.picked')?.scrollIntoView({ block: 'nearest' });
    });
    this.#draw();
  }

  #makeTools(): HTMLElement {
    const filter = element('input', {
      type: 'search',
      placeholder: 'Part of a name',
      'aria-label': 'Filter by name',
    });
    filter.addEventListener('input', () => this.#ask({ ...this.#query, filter: filter.value }));
    const names = [...new Set(this.#kernels.map(({ category }) => category))].sort();
    const category = element(
      'select',
      { 'aria-label': 'Filter by category' },
      element('option', { value: '' }, 'all categories'),
      ...names.map((name) => element('option', { value: name }, name)),
    );
    category.addEventListener('change', () => this.#ask({ ...this.#query, category: category.value }));
    return element('div', { class: 'tools' }, filter, category, this.#found);
  }

  #head(id: string, text: string, word: string, isText: boolean): HTMLTableCellElement {
    const attributes: Record<string, string> = word === '' ? {} : { 'data-word': word };
    if (word !== '') attributes['aria-describedby'] = `word-${word}`;
    const press = button(text, () => this.#ask(sortedBy(this.#query, id, isText)), attributes);
    const cell = element('th', { scope: 'col', class: `${isText ? 'text' : 'number'} column-${id}` }, press);
    this.#heads.set(id, cell);
    return cell;
  }

  #ask(query: KernelQuery): void {
    this.#query = query;
    this.#draw();
  }

  /** Makes sure that a kernel is among the rows. */
  #reveal(row: number): void {
    const select = () => selectKernels(this.#kernels, this.#columns, this.#query).indexOf(row);
    if (select() < 0) {
      this.#query = { ...this.#query, filter: '', category: '' };
      for (const field of this.tools.querySelectorAll('input, select'))
        (field as HTMLInputElement | HTMLSelectElement).value = '';
    }
    if (select() >= this.#rows) this.#rows = Number.POSITIVE_INFINITY;
  }

  #draw(): void {
    const found = selectKernels(this.#kernels, this.#columns, this.#query);
    const shown = found.slice(0, this.#rows);
    for (const [id, cell] of this.#heads) {
      const way = this.#query.descending ? 'descending' : 'ascending';
      cell.setAttribute('aria-sort', id === this.#query.sortBy ? way : 'none');
    }
    this.#body.replaceChildren(...shown.flatMap((at) => this.#row(at)));
    this.#found.textContent =
      shown.length < found.length
        ? `${count(shown.length)} of ${count(found.length)} kernels`
        : `${count(found.length)} kernels`;
    this.more.hidden = shown.length === found.length;
  }

  #row(at: number): HTMLElement[] {
    const kernel = this.#kernels[at] as KernelReport;
    const isPicked = at === this.#picked.row;
    const pick = () => this.#picked.pick(at, 'table');
    const name = button(kernel.shortName === '' ? '(no name)' : kernel.shortName, pick, {
      class: 'name',
      'aria-pressed': String(isPicked),
    });
    const row = element(
      'tr',
      isPicked ? { class: 'picked' } : {},
      element('th', { scope: 'row', class: 'text' }, element('div', {}, swatch(kernel.category), name)),
      ...this.#columns.map((column) => cellOf(column, kernel)),
    );
    return isPicked ? [row, this.#detail(kernel)] : [row];
  }

  #detail(kernel: KernelReport): HTMLElement {
    const reasons = this.#columns.map(({ head, why }) => {
      const reason = why?.(kernel) ?? null;
      return reason === null ? null : note(`${head}: ${reason}`);
    });
    return element(
      'tr',
      { class: 'detail' },
      element(
        'td',
        { colspan: String(this.#columns.length + 1) },
        element('div', {}, element('code', {}, kernel.name), ...reasons),
      ),
    );
  }

  /** The rows that the reader asked for, all of them. */
  sheet(): Sheet {
    const found = selectKernels(this.#kernels, this.#columns, this.#query);
    return {
      head: ['name', ...this.#columns.map(({ id }) => id)],
      rows: found.map((at) => {
        const kernel = this.#kernels[at] as KernelReport;
        return [
          kernel.name,
          ...this.#columns.map(({ id, value, text }) => (isExtent(id) ? text(kernel) : value(kernel))),
        ];
      }),
    };
  }
}

function isExtent(id: string): boolean {
  return id === 'grid' || id === 'block';
}

function cellOf({ id, isText, text, why, value }: KernelColumn, kernel: KernelReport): HTMLElement {
  const cell = element('td', { class: `${isText ? 'text' : 'number'} column-${id}` }, text(kernel));
  const reason = why?.(kernel) ?? null;
  if (value(kernel) === null) cell.classList.add('unknown');
  if (reason !== null) cell.setAttribute('data-tip', reason);
  return cell;
}
