import type { MachinePage } from '../../model/choices.ts';
import { append, element } from '../dom.ts';
import { ThemeSwitch } from '../theme.ts';
import { explainWords, Tooltip } from '../tooltip.ts';
import { AlertsSection } from './alerts.ts';
import { Banner } from './banner.ts';
import { ChartsSection } from './charts.ts';
import { DevicesSection } from './devices.ts';
import { FindingsSection } from './findings.ts';
import type { Connection } from './freshness.ts';
import { GpuSection } from './gpu.ts';
import { HeaderSection, titleOf } from './header.ts';
import { Help } from './help.ts';
import { KernelsSection } from './kernels.ts';
import { setAttribute } from './keyed.ts';
import { advanced, type LiveView } from './live-view.ts';
import { ProcessesSection } from './processes.ts';
import { RanksSection } from './ranks.ts';
import type { LiveSection } from './section.ts';
import { SourcesSection } from './sources.ts';
import { LiveStream } from './stream.ts';
import { Tabs } from './tabs.ts';
import { TimelineSection } from './timeline.ts';
import { TrainingSection } from './training.ts';
import { askedBy, firstUi, pressKey, type Ui } from './ui.ts';

/** How often the page looks at how old its figures are. */
const ageMs = 1000;
/** After so many looks, and so long, without a word the page connects anew. */
const silentLooks = 5;
const silentMs = 20_000;

type SectionId = MachinePage | 'devices' | 'charts';

/** What stands on each page. */
const sectionsOf: Readonly<Record<MachinePage, readonly SectionId[]>> = {
  overview: ['devices', 'training', 'charts', 'kernels', 'findings'],
  gpu: ['gpu'],
  processes: ['processes'],
  kernels: ['kernels'],
  timeline: ['timeline'],
  ranks: ['ranks'],
  training: ['training'],
  findings: ['findings'],
  sources: ['sources'],
};

/** The live page: takes what the server tells and what a person does, and shows it. */
export class LivePage {
  readonly #root: HTMLElement;
  readonly #theme = new ThemeSwitch();
  readonly #banner = new Banner();
  readonly #header: HeaderSection;
  readonly #alerts = new AlertsSection();
  readonly #tabs: Tabs;
  readonly #help: Help;
  readonly #sections: ReadonlyMap<SectionId, LiveSection>;
  readonly #stream: LiveStream;
  #ui: Ui;
  #view: LiveView | null = null;
  #momentMs: number | null = null;
  #connection: Connection = 'connecting';
  #why = '';

  constructor(root: HTMLElement) {
    const set = (change: Partial<Ui>): void => this.#set({ ...this.#ui, ...change });
    this.#root = root;
    this.#ui = { ...firstUi, page: pageOf(location.hash) };
    this.#header = new HeaderSection(this.#theme, set);
    this.#tabs = new Tabs(set);
    this.#help = new Help(set);
    this.#sections = new Map<SectionId, LiveSection>([
      ['devices', new DevicesSection(set)],
      ['training', new TrainingSection(this.#theme)],
      ['charts', new ChartsSection(this.#theme, set)],
      ['gpu', new GpuSection(this.#theme, set)],
      ['processes', new ProcessesSection(set)],
      ['kernels', new KernelsSection(this.#theme, set)],
      ['timeline', new TimelineSection(this.#theme, set)],
      ['ranks', new RanksSection()],
      ['findings', new FindingsSection()],
      ['sources', new SourcesSection()],
    ]);
    append(
      root,
      this.#banner.root,
      this.#header.root,
      this.#tabs.root,
      this.#alerts.root,
      element('p', { class: 'note waiting' }, 'Waiting for the first look of the server …'),
      ...[...this.#sections.values()].map((section) => section.root),
      this.#help.root,
    );
    explainWords(new Tooltip());
    this.#stream = new LiveStream(
      (moment) => {
        // A newer server tells what its own page understands.
        if (this.#view !== null && this.#view.version !== moment.version) location.reload();
        this.#view = advanced(this.#view, moment);
        this.#momentMs = Date.now();
        this.#show();
      },
      (connection, why) => {
        this.#connection = connection;
        this.#why = why;
        this.#showAge();
      },
    );
    document.addEventListener('keydown', (event) => this.#onKey(event));
    document.addEventListener('visibilitychange', () => this.#show());
    window.addEventListener('hashchange', () => set({ page: pageOf(location.hash) }));
    setInterval(() => {
      this.#showAge();
      this.#stream.renew(silentMs + silentLooks * this.#lookSeconds * 1e3);
    }, ageMs);
    this.#set(this.#ui);
  }

  #set(ui: Ui): void {
    const isOther = ui.page !== this.#ui.page || ui.kernel !== this.#ui.kernel;
    this.#ui = ui;
    if (pageOf(location.hash) !== ui.page) history.replaceState(null, '', `#${ui.page}`);
    this.#show();
    if (isOther) window.scrollTo({ top: 0, behavior: 'instant' });
  }

  #show(): void {
    const ui = this.#ui;
    const view = ui.held ?? this.#view;
    this.#tabs.show(ui.page, view?.snapshot ?? null);
    this.#help.show(ui.help);
    this.#stream.ask(askedBy(ui, this.#view));
    if (view !== null) document.title = `${view.alerts.length > 0 ? '▲ ' : ''}${titleOf(view)} · warpwatch`;
    // What nobody sees need not be drawn; the moments are kept all the same.
    if (document.hidden) return;
    const shown = sectionsOf[ui.page];
    for (const [id, { root }] of this.#sections) root.hidden = view === null || !shown.includes(id);
    this.#showAge();
    if (view === null) return;
    setAttribute(this.#root, 'data-ready', '');
    this.#header.show(view, ui);
    this.#alerts.show(view);
    for (const id of shown) this.#sections.get(id)?.show(view, ui);
  }

  get #lookSeconds(): number {
    return this.#view?.lookSeconds ?? 1;
  }

  #showAge(): void {
    const ageSeconds = this.#momentMs === null ? null : (Date.now() - this.#momentMs) / 1e3;
    const lookSeconds = this.#lookSeconds;
    this.#banner.show({ connection: this.#connection, why: this.#why, ageSeconds, lookSeconds });
    setAttribute(this.#root, 'data-stale', this.#banner.root.hidden ? null : '');
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    const isTyping = target instanceof HTMLInputElement;
    if (isTyping && key === 'Escape') target.blur();
    if (isTyping && key !== 'Escape') return;
    // Enter and space press what has the focus.
    if (target instanceof HTMLButtonElement && (key === 'Enter' || key === ' ')) return;
    const { ui, action } = pressKey(this.#ui, key, this.#view);
    if (action === 'theme') this.#theme.turn();
    if (ui !== this.#ui) this.#set(ui);
    if (action !== 'filter') return;
    event.preventDefault();
    document.querySelector<HTMLInputElement>(`#${ui.page} input[type=search]`)?.focus();
  }
}

/** The page that an address names; the overview where it names none. */
function pageOf(hash: string): MachinePage {
  const name = hash.slice(1);
  return isPage(name) ? name : 'overview';
}

function isPage(name: string): name is MachinePage {
  return Object.hasOwn(sectionsOf, name);
}
