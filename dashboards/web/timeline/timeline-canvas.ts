import type { LaneColumns } from '../../../src/report/html/columns.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import { categoryColours } from '../categories.ts';
import { element } from '../dom.ts';
import type { PickedKernel } from '../picked-kernel.ts';
import { bytesOf } from '../read-page.ts';
import { colourOf, type ThemeSwitch } from '../theme.ts';
import type { TimeView } from '../time-view.ts';
import type { Tooltip } from '../tooltip.ts';
import { executionLines } from './hover.ts';
import { Lane, type Overview, overviewOf } from './lane.ts';
import { layoutTimeline, type TimelineLayout } from './layout.ts';
import { paintTimeline, type TimelineColours } from './paint.ts';
import { followPointer } from './pointer.ts';

/** Width of a printed page in CSS pixels, margins taken off. */
const printWidth = 680;
/** So near to a box the pointer means it. */
const nearPx = 3;

/** The canvas of the timeline: draws at most once a frame, and knows what is under the pointer. */
export class TimelineCanvas {
  readonly root: HTMLCanvasElement;
  readonly lanes: (Lane | null)[];
  readonly #data: PageData;
  readonly #view: TimeView;
  readonly #theme: ThemeSwitch;
  readonly #picked: PickedKernel;
  readonly #overviews: readonly Overview[];
  readonly #categoryOf: Uint8Array;
  #layout: TimelineLayout;
  #colours: TimelineColours;
  #pickedExecutions: Uint32Array[] | null = null;
  #frame = 0;

  constructor(data: PageData, view: TimeView, theme: ThemeSwitch, tooltip: Tooltip, picked: PickedKernel) {
    this.#data = data;
    this.#view = view;
    this.#theme = theme;
    this.#picked = picked;
    this.root = element('canvas', {
      class: 'timeline',
      tabindex: '0',
      role: 'img',
      'aria-label': `Timeline of ${data.timeline.lanes.length} streams; + and − zoom, arrow keys pan, 0 shows the whole run`,
    });
    this.lanes = data.timeline.lanes.map(() => null);
    this.#overviews = data.timeline.lanes.map(({ overview }) => overviewOf(bytesOf(overview)));
    this.#categoryOf = Uint8Array.from(data.timeline.launches.category);
    this.#layout = layoutTimeline(data, 800);
    this.#colours = readColours();
    followPointer(this.root, view, () => this.#layout, {
      hover: (x, y, clientX, clientY) => {
        const lines = this.#linesAt(x, y);
        this.root.style.cursor = lines === null ? 'grab' : 'pointer';
        if (lines === null) tooltip.hide();
        else tooltip.show(lines, clientX + 12, clientY);
      },
      leave: () => tooltip.hide(),
      click: (x, y) => this.#pickAt(x, y),
    });
    view.onChange(() => this.#redraw());
    theme.onChange(() => {
      this.#colours = readColours();
      this.#resize();
      // Paper does not wait for the next frame.
      this.#draw();
    });
    picked.onChange((row) => {
      this.#pickedExecutions = row < 0 ? null : this.lanes.map((lane) => this.#executionsOf(lane, row));
      this.#redraw();
    });
    new ResizeObserver(() => this.#resize()).observe(this.root);
  }

  /** Takes the executions of one lane. */
  load(lane: number, columns: LaneColumns): void {
    this.lanes[lane] = new Lane(columns, this.#categoryOf);
    this.#redraw();
  }

  #resize(): void {
    const width = this.#theme.printing ? printWidth : Math.max(200, this.root.clientWidth);
    this.#layout = layoutTimeline(this.#data, width);
    const { height } = this.#layout;
    const ratio = this.#ratio;
    this.root.style.height = `${height}px`;
    this.root.width = Math.round(width * ratio);
    this.root.height = Math.round(height * ratio);
    this.#redraw();
  }

  get #ratio(): number {
    return this.#theme.printing ? 2 : Math.min(3, window.devicePixelRatio || 1);
  }

  #redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const context = this.root.getContext('2d');
    if (context === null) return;
    paintTimeline(context, this.#ratio, {
      layout: this.#layout,
      stretch: this.#view.stretch,
      data: this.#data,
      lanes: this.lanes,
      overviews: this.#overviews,
      colours: this.#colours,
      picked: this.#pickedExecutions,
    });
  }

  #executionAt(x: number, y: number): { lane: number; columns: Lane; index: number } | null {
    const { gutter, width, lanes } = this.#layout;
    const row = lanes.find(({ top, height }) => y >= top && y < top + height);
    const columns = row && this.lanes[row.lane];
    if (!row || !columns || x < gutter) return null;
    const { startNs, endNs } = this.#view.stretch;
    const pixelNs = (endNs - startNs) / (width - gutter);
    const index = columns.at(startNs + (x - gutter) * pixelNs, nearPx * pixelNs);
    return index < 0 ? null : { lane: row.lane, columns, index };
  }

  #linesAt(x: number, y: number): string[] | null {
    const found = this.#executionAt(x, y);
    return found && executionLines(this.#data, found.lane, found.columns, found.index);
  }

  #pickAt(x: number, y: number): void {
    const found = this.#executionAt(x, y);
    const launch = found?.columns.launch[found.index];
    const row = launch === undefined ? -1 : (this.#data.timeline.launches.kernel[launch] ?? -1);
    if (row >= 0) this.#picked.pick(row, 'timeline');
  }

  #executionsOf(lane: Lane | null, row: number): Uint32Array {
    if (lane === null) return new Uint32Array();
    const { kernel } = this.#data.timeline.launches;
    const found: number[] = [];
    for (let i = 0; i < lane.count; i++) if (kernel[lane.launch[i] as number] === row) found.push(i);
    return Uint32Array.from(found);
  }
}

function readColours(): TimelineColours {
  return {
    categories: categoryColours(),
    text: colourOf('--text'),
    faint: colourOf('--faint'),
    rule: colourOf('--rule'),
    lane: colourOf('--lane'),
    communication: colourOf('--lane-communication'),
    step: colourOf('--step'),
    accent: colourOf('--accent'),
    onDark: '#ffffff',
    onLight: '#17181a',
  };
}
