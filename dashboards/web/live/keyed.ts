/** A part of the page that shows an item and can show another in its place. */
export interface Shows<Item> {
  readonly root: HTMLElement;
  show(item: Item): void;
  /** Lets go of what outlives its elements, such as listeners. */
  end?(): void;
}

/** A list that keeps the elements of its items from look to look: nothing jumps, and focus and selection stay. */
export class Keyed<Item> {
  readonly #parent: HTMLElement;
  readonly #keyOf: (item: Item) => string;
  readonly #make: () => Shows<Item>;
  #shown = new Map<string, Shows<Item>>();

  constructor(parent: HTMLElement, keyOf: (item: Item) => string, make: () => Shows<Item>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  show(items: readonly Item[]): void {
    const next = new Map<string, Shows<Item>>();
    for (const item of items) {
      let key = this.#keyOf(item);
      while (next.has(key)) key += '+';
      const place = this.#shown.get(key) ?? this.#make();
      next.set(key, place);
      place.show(item);
    }
    for (const [key, place] of this.#shown) if (!next.has(key)) take(place);
    this.#shown = next;
    this.#order();
  }

  /** Forgets all, where the next items are made in another way. */
  clear(): void {
    for (const place of this.#shown.values()) take(place);
    this.#shown.clear();
  }

  #order(): void {
    const focused = document.activeElement;
    let at = this.#parent.firstChild;
    for (const { root } of this.#shown.values()) {
      if (root === at) at = at.nextSibling;
      else this.#parent.insertBefore(root, at);
    }
    // To move an element takes the focus from what is in it.
    if (
      focused instanceof HTMLElement &&
      focused !== document.activeElement &&
      this.#parent.contains(focused)
    )
      focused.focus({ preventScroll: true });
  }
}

function take<Item>(place: Shows<Item>): void {
  place.root.remove();
  place.end?.();
}

/** Sets a text only where it is another, so that a selection in it stays. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute, or takes it away for null, only where it is another. */
export function setAttribute(element: HTMLElement, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
