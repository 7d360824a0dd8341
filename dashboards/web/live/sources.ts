import { plural, shortTime } from '../../../src/model/numbers.ts';
import type { SourceHealth } from '../../../src/model/source-health.ts';
import { entriesOf, type SourceEntry } from '../../model/source-entries.ts';
import { element, section } from '../dom.ts';
import { setText } from './keyed.ts';
import { figureColumn, type LiveColumn, LiveTable } from './live-table.ts';
import type { LiveView } from './live-view.ts';
import type { LiveSection } from './section.ts';
import { figureOf, textOf } from './told.ts';

/** Every figure of the run: its value, its source, and for those that are missing the reason. */
export class SourcesSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #health = new LiveTable<SourceHealth>('Sources', 'sources', ({ id }) => id);
  readonly #table = new LiveTable<SourceEntry>('Figures', 'sources', ({ where, name }) => `${where} ${name}`);
  readonly #count = element('p', { class: 'note' });

  constructor() {
    this.root = section('sources', 'Sources', null, this.#health.root, this.#count, this.#table.root);
  }

  show({ snapshot, sources }: LiveView): void {
    const entries = entriesOf(snapshot);
    const missing = entries.filter(({ known }) => !known).length;
    this.#health.root.hidden = sources.length === 0;
    this.#health.show(healthColumns, sources);
    setText(this.#count, `${plural(entries.length, 'figure')}, ${missing} not known`);
    this.#table.show(entryColumns, entries);
  }
}

const healthColumns: readonly LiveColumn<SourceHealth>[] = [
  figureColumn('id', 'source', ({ id }) => textOf(id), { isText: true }),
  figureColumn('works', 'works', ({ works }) => textOf(works ? '✓ yes' : '✖ no', works ? 'good' : 'bad'), {
    isText: true,
  }),
  figureColumn('look', 'last look', ({ lookSeconds }) => figureOf(lookSeconds, shortTime)),
  figureColumn('why', 'why not', ({ why }) => textOf(why), { isText: true }),
];

const entryColumns: readonly LiveColumn<SourceEntry>[] = [
  figureColumn('name', 'figure', ({ where, name }) => textOf(`${where} ${name}`), { isText: true }),
  figureColumn('value', 'value', ({ value }) => ({ ...value, tip: '', share: null })),
  figureColumn('origin', 'from, or why not', ({ origin, known }) => textOf(origin, known ? 'dim' : 'gap'), {
    isText: true,
  }),
];
