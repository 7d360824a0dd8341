import { button } from './dom.ts';

export type Theme = 'light' | 'dark';

/**
 * Light or dark: as the system says until the reader turns it, and light on paper. What draws on a canvas listens,
 * since style sheets do not reach into it.
 */
export class ThemeSwitch {
  readonly button: HTMLButtonElement;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #print = matchMedia('print');
  readonly #listeners = new Set<() => void>();
  #chosen: Theme | null = null;
  #printing = false;

  constructor() {
    this.button = button('', () => this.turn(), { class: 'theme' });
    this.#dark.addEventListener('change', () => this.#apply());
    this.#print.addEventListener('change', () => this.#setPrinting(this.#print.matches));
    window.addEventListener('beforeprint', () => this.#setPrinting(true));
    window.addEventListener('afterprint', () => this.#setPrinting(false));
    this.#apply();
  }

  get theme(): Theme {
    if (this.#printing) return 'light';
    return this.#chosen ?? (this.#dark.matches ? 'dark' : 'light');
  }

  get printing(): boolean {
    return this.#printing;
  }

  /** Returns what ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  turn(): void {
    this.#chosen = this.theme === 'dark' ? 'light' : 'dark';
    this.#apply();
  }

  #setPrinting(printing: boolean): void {
    if (printing === this.#printing) return;
    this.#printing = printing;
    document.documentElement.toggleAttribute('data-printing', printing);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.theme;
    this.button.textContent = this.theme === 'dark' ? 'Light' : 'Dark';
    this.button.setAttribute('aria-label', `Turn ${this.theme === 'dark' ? 'light' : 'dark'}`);
    for (const listener of this.#listeners) listener();
  }
}

/** A colour of the style sheet, such as `--text`. */
export function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
