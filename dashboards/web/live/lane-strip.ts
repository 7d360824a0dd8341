import { percent } from '../../../src/model/numbers.ts';
import { element } from '../dom.ts';
import { colourOf, type ThemeSwitch } from '../theme.ts';
import { type Shows, setAttribute, setText } from './keyed.ts';

const heightPx = 26;

/** A stream over equal buckets of time. */
export interface DrawnLane {
  readonly name: string;
  readonly share: number;
  /** Its heaviest kernel. */
  readonly heaviest: string;
  /** Share of each bucket in which it ran; NaN where nobody recorded. */
  readonly busy: readonly number[];
  /** Variable of the style sheet for each bucket; null where nothing ran. */
  readonly colours: readonly (string | null)[];
}

/** One stream: its name, its buckets as bars, its share. */
export class LaneStrip implements Shows<DrawnLane> {
  readonly root: HTMLElement;
  readonly #name = element('span', { class: 'lane-name' });
  readonly #canvas = element('canvas', { role: 'img' });
  readonly #share = element('span', { class: 'lane-share' });
  readonly #heaviest = element('span', { class: 'lane-heaviest value' });
  readonly #observer = new ResizeObserver(() => this.#draw());
  readonly #endTheme: () => void;
  #lane: DrawnLane | null = null;

  constructor(theme: ThemeSwitch) {
    this.root = element('div', { class: 'lane' }, this.#name, this.#canvas, this.#share, this.#heaviest);
    this.#endTheme = theme.onChange(() => this.#draw());
    this.#observer.observe(this.#canvas);
  }

  show(lane: DrawnLane): void {
    this.#lane = lane;
    setText(this.#name, lane.name);
    setText(this.#share, percent(lane.share));
    setText(this.#heaviest, lane.heaviest);
    setAttribute(this.#canvas, 'aria-label', `${lane.name}: busy for ${percent(lane.share)} of the time`);
    this.#draw();
  }

  end(): void {
    this.#endTheme();
    this.#observer.disconnect();
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d');
    if (this.#lane === null || context === null) return;
    const { busy, colours } = this.#lane;
    const ratio = window.devicePixelRatio;
    const width = Math.round(this.#canvas.clientWidth * ratio);
    const height = Math.round(heightPx * ratio);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    context.clearRect(0, 0, width, height);
    const unrecorded = colourOf('--rule');
    const inks = new Map([...new Set(colours)].map((name) => [name, colourOf(name ?? '--rule')] as const));
    const each = width / Math.max(1, busy.length);
    for (const [at, share] of busy.entries()) {
      const isKnown = !Number.isNaN(share);
      const tall = isKnown ? Math.min(1, share) * height : 2 * ratio;
      context.fillStyle = isKnown ? (inks.get(colours[at] ?? null) ?? unrecorded) : unrecorded;
      context.fillRect(at * each, height - tall, Math.ceil(each), tall);
    }
  }
}
