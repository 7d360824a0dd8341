import { percent } from '../../../src/model/numbers.ts';
import { element, term } from '../dom.ts';
import { words } from '../words.ts';
import { Keyed, type Shows, setText } from './keyed.ts';

/** A part of a whole, as a stretch of a bar. */
export interface BarPart {
  readonly name: string;
  readonly share: number;
  /** As the style sheet writes it. */
  readonly colour: string;
}

/** A bar in parts that change with every look; the same stands in words beside it. */
export class PartsBar implements Shows<readonly BarPart[]> {
  readonly root = element('div', { class: 'parts-bar', 'aria-hidden': 'true' });
  readonly #rest = element('span', { class: 'rest' });
  readonly #parts: Keyed<BarPart>;

  constructor() {
    const drawn = element('span', { class: 'drawn' });
    this.root.append(drawn, this.#rest);
    this.#parts = new Keyed(
      drawn,
      ({ name }) => name,
      () => {
        const root = element('span');
        return {
          root,
          show({ share, colour }) {
            root.style.flexGrow = String(share);
            root.style.background = colour;
          },
        };
      },
    );
  }

  /** @param parts their shares are of the whole bar; what they leave stays empty */
  show(parts: readonly BarPart[]): void {
    const sound = parts.map((part) => ({
      ...part,
      share: Number.isFinite(part.share) ? Math.max(0, part.share) : 0,
    }));
    const sum = sound.reduce((all, { share }) => all + share, 0);
    this.#parts.show(sound);
    this.root.style.setProperty('--drawn', String(Math.min(1, sum)));
  }
}

/** What the parts of a bar are, in words and percent. */
export class PartsLegend implements Shows<readonly BarPart[]> {
  readonly root = element('ul', { class: 'legend' });
  readonly #items: Keyed<BarPart>;

  constructor() {
    this.#items = new Keyed(
      this.root,
      ({ name }) => name,
      () => new LegendItem(),
    );
  }

  show(parts: readonly BarPart[]): void {
    this.#items.show(parts);
  }
}

class LegendItem implements Shows<BarPart> {
  readonly root = element('li');
  readonly #mark = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  readonly #value = element('span', { class: 'value' });
  #named = false;

  show({ name, share, colour }: BarPart): void {
    if (!this.#named) {
      this.root.append(
        this.#mark,
        words[name] === undefined ? element('span', {}, name) : term(name),
        this.#value,
      );
      this.#named = true;
    }
    this.#mark.style.background = colour;
    setText(this.#value, percent(share));
  }
}
