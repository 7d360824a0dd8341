import { percent } from '../../../src/model/numbers.ts';
import { element, term } from '../dom.ts';
import { barOf } from './parts-bar.ts';
import { type Entry, entryOf } from './simple-table.ts';

type Figure =
  | { readonly value: number; readonly from: string }
  | { readonly value: null; readonly why: string };

/** Where the time of steps goes: compute, wait and communicate add up to 1; `slowed` is a part of compute. */
export interface Shares {
  readonly compute: Figure;
  readonly wait: Figure;
  readonly communicate: Figure;
  readonly slowed?: Figure;
}

export const shareColours = {
  compute: 'var(--s-compute)',
  slowed: 'var(--s-slowed)',
  wait: 'var(--s-wait)',
  communicate: 'var(--s-communicate)',
} as const;

/** Heads of `shareCells`. */
export const shareHeads = ['time of steps', 'compute', 'wait', 'communicate'] as const;

/** A bar in parts, and the parts in words. */
export function shareCells(shares: Shares): Entry[] {
  return [
    shareBar(shares),
    entryOf(shares.compute, percent),
    entryOf(shares.wait, percent),
    entryOf(shares.communicate, percent),
  ];
}

function shareBar({ compute, wait, communicate, slowed }: Shares): Entry {
  for (const part of [compute, wait, communicate]) if (part.value === null) return { why: part.why };
  const held = Math.min(compute.value ?? 0, slowed?.value ?? 0);
  return barOf([
    { share: (compute.value ?? 0) - held, colour: shareColours.compute },
    { share: held, colour: shareColours.slowed },
    { share: wait.value ?? 0, colour: shareColours.wait },
    { share: communicate.value ?? 0, colour: shareColours.communicate },
  ]);
}

/** What the colours of the bars mean. */
export function shareLegend(all: readonly Shares[]): HTMLElement {
  const isSlowed = all.some(({ slowed }) => (slowed?.value ?? 0) > 0);
  const names = (['compute', 'slowed', 'wait', 'communicate'] as const).filter(
    (name) => name !== 'slowed' || isSlowed,
  );
  const items = names.map((name) => {
    const mark = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    mark.style.background = shareColours[name];
    return element('li', {}, mark, term(name, name === 'slowed' ? 'slowed on purpose' : name));
  });
  return element('ul', { class: 'legend' }, ...items);
}
