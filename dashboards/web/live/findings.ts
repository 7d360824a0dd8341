import type { Finding, Severity } from '../../../src/analysis/advice/finding.ts';
import { sortedFindings } from '../../model/finding-rows.ts';
import { element, section } from '../dom.ts';
import { Keyed, type Shows, setAttribute, setText } from './keyed.ts';
import type { LiveView } from './live-view.ts';
import { noteItem } from './note-item.ts';
import type { LiveSection } from './section.ts';
import type { Ui } from './ui.ts';

const marks: Readonly<Record<Severity, string>> = { warn: '!', recheck: '…', ok: '✓' };

/** What the advice says of the run, warnings first; on the overview the warnings alone. */
export class FindingsSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #list = new FindingList();
  readonly #none: Keyed<string>;

  constructor() {
    const none = element('div');
    this.#none = new Keyed(none, (text) => text, noteItem);
    this.root = section('findings', 'Findings', null, this.#list.root, none);
  }

  show({ snapshot }: LiveView, ui: Ui): void {
    const all = sortedFindings(snapshot);
    const shown = ui.page === 'overview' ? all.filter(({ severity }) => severity === 'warn') : all;
    this.root.hidden = ui.page === 'overview' && shown.length === 0;
    this.#list.show(shown);
    this.#none.show(all.length === 0 ? ['No advice yet: it needs some time.'] : []);
  }
}

/** Findings one below the other. */
export class FindingList implements Shows<readonly Finding[]> {
  readonly root = element('div', { class: 'finding-list' });
  readonly #items = new Keyed<Finding>(this.root, ({ id, title }) => `${id} ${title}`, findingItem);

  show(findings: readonly Finding[]): void {
    this.#items.show(findings);
  }
}

function findingItem(): Shows<Finding> {
  const mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
  const title = element('span');
  const evidence = element('p');
  const remedy = element('p');
  const root = element('article', {}, element('h3', {}, mark, title), evidence, remedy);
  return {
    root,
    show(finding) {
      setAttribute(root, 'class', `finding ${finding.severity}`);
      setText(mark, marks[finding.severity]);
      setText(title, finding.title);
      setText(evidence, finding.evidence);
      setText(remedy, finding.remedy);
      remedy.hidden = finding.remedy === '';
    },
  };
}
