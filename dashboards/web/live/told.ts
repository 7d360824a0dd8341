import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { unknownMark } from '../../../src/model/numbers.ts';
import { type Told, type Tone, told } from '../../model/tone.ts';
import { element } from '../dom.ts';
import { Keyed, type Shows, setAttribute, setText } from './keyed.ts';

/** A figure as it stands in a cell: its text, where it is from or why it is not there, and how far its bar goes. */
export interface Figure extends Told {
  /** Shown on hover, focus and tap; ''. */
  readonly tip: string;
  /** 0..1; null for no bar. */
  readonly share: number | null;
}

export function figureOf<T>(
  measured: Measured<T>,
  format: (value: T) => string,
  tone: Tone = 'plain',
): Figure {
  const tip = isKnown(measured) ? (measured.from === '' ? '' : `From ${measured.from}.`) : measured.why;
  return { ...told(measured, format, tone), tip, share: null };
}

/** The same with a bar, where it is known. */
export function shareOf(measured: Measured, format: (value: number) => string, tone: Tone): Figure {
  const share = isKnown(measured) && Number.isFinite(measured.value) ? measured.value : null;
  return { ...figureOf(measured, format, tone), share };
}

/** A text that is no figure. */
export function textOf(text: string, tone: Tone = 'plain', tip = ''): Figure {
  return { text, tone, tip, share: null };
}

export const unknown: Figure = textOf(unknownMark, 'dim');

/** Texts one after the other, each in its tone. */
export class ToldText implements Shows<readonly Told[]> {
  readonly root: HTMLElement;
  readonly #parts: Keyed<Told & { readonly at: number }>;

  constructor(className = '') {
    this.root = element('span', className === '' ? {} : { class: className });
    this.#parts = new Keyed(
      this.root,
      ({ at }) => String(at),
      () => {
        const root = element('span');
        return {
          root,
          show({ text, tone }) {
            setText(root, text);
            setAttribute(root, 'class', `tone-${tone}`);
          },
        };
      },
    );
  }

  show(parts: readonly Told[]): void {
    this.#parts.show(parts.map((part, at) => ({ ...part, at })));
  }
}

/** A figure with its bar; what it shows on hover is put on `holder`. */
export class FigureText implements Shows<Figure> {
  readonly root = element('span', { class: 'figure-text' });
  readonly #text = element('span');
  readonly #holder: HTMLElement;
  #bar: HTMLElement | null = null;

  constructor(holder: HTMLElement | null = null) {
    this.#holder = holder ?? this.root;
    this.root.append(this.#text);
  }

  show({ text, tone, tip, share }: Figure): void {
    setText(this.#text, text);
    setAttribute(this.#text, 'class', `tone-${tone}`);
    setAttribute(this.#holder, 'data-tip', tip === '' ? null : tip);
    if (share === null) {
      this.#bar?.remove();
      this.#bar = null;
      return;
    }
    if (this.#bar === null) {
      this.#bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
      this.root.append(this.#bar);
    }
    this.#bar.style.setProperty('--share', String(Math.min(1, Math.max(0, share))));
    setAttribute(this.#bar, 'data-tone', tone);
  }
}
