import { append, button, element } from '../dom.ts';
import { words } from '../words.ts';
import { Keyed, type Shows, setAttribute, setText } from './keyed.ts';
import { type Figure, FigureText } from './told.ts';

/** A column of a table that changes with every look. The first one names the row. */
export interface LiveColumn<Row> {
  readonly id: string;
  readonly head: string;
  /** The word that defines it; '' for none. */
  readonly word: string;
  readonly isText: boolean;
  /** Pressing its head sorts by it; null where it does not sort. */
  readonly sort: string | null;
  /** What stands in a row: a figure, or what `make` makes. */
  readonly cell: ((row: Row) => Figure) | { readonly make: () => Shows<Row> };
  /** Where the cell is a button, what it does. */
  readonly press?: (row: Row) => void;
}

export interface TableLook<Row> {
  /** The sort of the column that the rows are in order of. */
  readonly sorted?: string;
  readonly isPicked?: (row: Row) => boolean;
}

export function figureColumn<Row>(
  id: string,
  head: string,
  cell: (row: Row) => Figure,
  { word = '', isText = false, sort = null }: { word?: string; isText?: boolean; sort?: string | null } = {},
): LiveColumn<Row> {
  return { id, head, word, isText, sort, cell };
}

/** A table that keeps its rows and cells from look to look. */
export class LiveTable<Row> {
  readonly root: HTMLElement;
  readonly #head = element('tr');
  readonly #rows: Keyed<Row>;
  readonly #onSort: (sort: string) => void;
  #columns: readonly LiveColumn<Row>[] = [];
  #look: TableLook<Row> = {};
  #heads = '';

  constructor(
    label: string,
    className: string,
    keyOf: (row: Row) => string,
    onSort: (sort: string) => void = () => undefined,
  ) {
    const body = element('tbody');
    this.#onSort = onSort;
    this.#rows = new Keyed(body, keyOf, () => this.#row());
    this.root = element(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': label },
      element('table', { class: className }, element('thead', {}, this.#head), body),
    );
  }

  show(columns: readonly LiveColumn<Row>[], rows: readonly Row[], look: TableLook<Row> = {}): void {
    this.#columns = columns;
    this.#look = look;
    const heads = columns.map(({ id, head }) => `${id} ${head}`).join('\n');
    if (heads !== this.#heads) {
      this.#heads = heads;
      this.#rows.clear();
      this.#head.replaceChildren(...columns.map((column) => this.#headOf(column)));
    }
    for (const [at, cell] of [...this.#head.children].entries()) {
      const sort = columns[at]?.sort ?? null;
      if (sort !== null && cell instanceof HTMLElement)
        setAttribute(cell, 'aria-sort', sort === look.sorted ? 'descending' : 'none');
    }
    this.#rows.show(rows);
  }

  #headOf({ id, head, word, isText, sort }: LiveColumn<Row>): HTMLElement {
    const explained: Record<string, string> =
      words[word] === undefined ? {} : { 'data-word': word, 'aria-describedby': `word-${word}` };
    const content =
      sort !== null
        ? button(head, () => this.#onSort(sort), explained)
        : element(
            'span',
            'data-word' in explained ? { ...explained, class: 'term', tabindex: '0' } : {},
            head,
          );
    return element('th', { scope: 'col', class: `${isText ? 'text' : 'number'} column-${id}` }, content);
  }

  #row(): Shows<Row> {
    const root = element('tr');
    let current: Row | null = null;
    const cells = this.#columns.map((column, at) => {
      const { holder, shows } = this.#cell(column, at, () => current);
      append(root, holder);
      return shows;
    });
    return {
      root,
      show: (row) => {
        current = row;
        setAttribute(root, 'class', this.#look.isPicked?.(row) === true ? 'picked' : null);
        for (const cell of cells) cell.show(row);
      },
    };
  }

  #cell({ id, head, isText, cell, press }: LiveColumn<Row>, at: number, current: () => Row | null) {
    const attributes = { class: `${isText ? 'text' : 'number'} column-${id}`, 'data-head': head };
    const holder = at === 0 ? element('th', { ...attributes, scope: 'row' }) : element('td', attributes);
    if (typeof cell !== 'function') {
      const made = cell.make();
      append(holder, made.root);
      return { holder, shows: made };
    }
    const figureIn = (row: Row): Figure | null => {
      const { cell: now } = this.#columns[at] ?? {};
      return typeof now === 'function' ? now(row) : null;
    };
    if (press !== undefined) {
      const pressed = () => {
        const row = current();
        if (row !== null) this.#columns[at]?.press?.(row);
      };
      const name = button('', pressed, { class: 'name' });
      append(holder, name);
      return { holder, shows: { root: name, show: (row: Row) => setText(name, figureIn(row)?.text ?? '') } };
    }
    const figure = new FigureText(holder);
    append(holder, figure.root);
    return {
      holder,
      shows: {
        root: figure.root,
        show: (row: Row) => {
          const shown = figureIn(row);
          if (shown !== null) figure.show(shown);
        },
      },
    };
  }
}
