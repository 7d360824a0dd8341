import { byteSize, percent, plural } from '../../../src/model/numbers.ts';
import { type ProcessSort, processSorts } from '../../model/choices.ts';
import { type ProcessRow, processRows, whyNoProcess } from '../../model/process-rows.ts';
import { button, element, section } from '../dom.ts';
import { Filter } from './filter.ts';
import { setAttribute, setText } from './keyed.ts';
import { figureColumn, type LiveColumn, LiveTable } from './live-table.ts';
import type { LiveView } from './live-view.ts';
import type { LiveSection, SetUi } from './section.ts';
import { figureOf, shareOf, textOf } from './told.ts';
import type { Ui } from './ui.ts';

/** Every process on every device: who it is, what it holds. */
export class ProcessesSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #table: LiveTable<ProcessRow>;
  readonly #filter: Filter;
  readonly #tree: HTMLButtonElement;
  readonly #note = element('p', { class: 'note' });
  #isTree = false;

  constructor(setUi: SetUi) {
    this.#table = new LiveTable(
      'Processes',
      'processes',
      ({ process, device }) => `${device} ${process.pid}`,
      (sort) => {
        if (isSort(sort)) setUi({ processSort: sort });
      },
    );
    this.#filter = new Filter('Filter processes', setUi);
    this.#tree = button('Tree', () => setUi({ processTree: !this.#isTree }), { 'aria-keyshortcuts': 'v' });
    this.#filter.root.append(this.#tree);
    this.root = section('processes', 'Processes', null, this.#filter.root, this.#table.root, this.#note);
  }

  show({ snapshot }: LiveView, ui: Ui): void {
    const rows = processRows(snapshot, ui);
    this.#isTree = ui.processTree;
    setAttribute(this.#tree, 'aria-pressed', String(ui.processTree));
    this.#filter.show({ text: ui.filter, found: plural(rows.length, 'row') });
    this.#table.root.hidden = rows.length === 0;
    this.#table.show(columns, rows, { sorted: ui.processSort });
    setText(this.#note, rows.length === 0 ? whyNoProcess(snapshot, ui.filter) : '');
  }
}

const figure = figureColumn<ProcessRow>;
const columns: readonly LiveColumn<ProcessRow>[] = [
  figure('name', 'process', (row) => textOf(`${row.lead}${nameOf(row)}`), { isText: true }),
  figure('pid', 'pid', ({ process }) => textOf(String(process.pid)), { sort: 'pid' }),
  figure('user', 'user', ({ process }) => textOf(process.user || '–'), { isText: true, sort: 'user' }),
  figure('device', 'device', ({ device }) => textOf(device), { isText: true, sort: 'device' }),
  figure('kind', 'kind', ({ process }) => textOf(process.kind), { isText: true }),
  figure('memory', 'memory', ({ process }) => figureOf(process.memoryBytes, byteSize), { sort: 'memory' }),
  figure('util', 'util', ({ process }) => shareOf(process.util, percent, 'coarse'), {
    word: 'util',
    sort: 'util',
  }),
  figure('container', 'container', ({ process }) => textOf(process.container), { isText: true }),
];

/** The command line where the server gives it away. */
function nameOf({ process }: ProcessRow): string {
  if (process.command !== '') return process.command;
  return process.name === '' ? '(no name known)' : process.name;
}

function isSort(name: string): name is ProcessSort {
  return processSorts.some((sort) => sort === name);
}
