import { element } from './dom.ts';
import { words } from './words.ts';

const marginPx = 8;

/** The one tooltip of the page: near a place, inside the window, texts only. */
export class Tooltip {
  readonly #box = element('div', { class: 'tooltip', role: 'tooltip', hidden: '' });

  constructor() {
    document.body.append(this.#box);
  }

  /** @param lines the first stands out */
  show(lines: readonly string[], left: number, top: number): void {
    this.#box.replaceChildren(
      ...lines.map((line, at) => element(at === 0 && lines.length > 1 ? 'strong' : 'span', {}, line)),
    );
    this.#box.hidden = false;
    const { width, height } = this.#box.getBoundingClientRect();
    const most = document.documentElement.clientWidth - width - marginPx;
    const below = top + 16;
    const fits = below + height + marginPx < window.innerHeight;
    this.#box.style.left = `${Math.max(marginPx, Math.min(left, most))}px`;
    this.#box.style.top = `${fits ? below : Math.max(marginPx, top - height - 12)}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}

/** Shows what `data-word` and `data-tip` say on hover, keyboard focus and tap; Escape hides it. */
export function explainWords(tooltip: Tooltip): void {
  const explain = (event: Event): void => {
    const target = event.target instanceof Element ? event.target.closest('[data-word], [data-tip]') : null;
    if (target === null) return;
    const word = target.getAttribute('data-word');
    const meaning = word === null ? undefined : words[word];
    const tip = target.getAttribute('data-tip');
    const lines = [...(word !== null && meaning ? [word, meaning] : []), ...(tip === null ? [] : [tip])];
    if (lines.length === 0) return;
    const { left, bottom } = target.getBoundingClientRect();
    tooltip.show(lines, left, bottom - 8);
  };
  const leave = (event: Event): void => {
    if (event.target instanceof Element && event.target.closest('[data-word], [data-tip]')) tooltip.hide();
  };
  document.addEventListener('mouseover', explain);
  document.addEventListener('focusin', explain);
  document.addEventListener('click', explain);
  document.addEventListener('mouseout', leave);
  document.addEventListener('focusout', leave);
  document.addEventListener('scroll', () => tooltip.hide(), { passive: true });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tooltip.hide();
  });
}
