/** What may stand in an element: text becomes a text node, never markup. Null is left out. */
export type Child = Node | string | null;

/** Makes an element. Texts come out of other people's programs: they only ever become text nodes or attribute values. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  append(made, ...children);
  return made;
}

export function append(parent: Element, ...children: readonly Child[]): void {
  for (const child of children) if (child !== null) parent.append(child);
}

/** A button that does something when it is pressed. */
export function button(
  label: string,
  press: () => void,
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', press);
  return made;
}

/**
 * A section with its heading, as the page is made of.
 * @param action a button that stands beside the heading
 */
export function section(
  id: string,
  heading: string,
  action: HTMLButtonElement | null,
  ...children: readonly Child[]
): HTMLElement {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-heading` },
    element('div', { class: 'heading' }, element('h2', { id: `${id}-heading` }, heading), action),
    ...children,
  );
}

/** A reason may quote a name, and names have no end. */
const longestNote = 400;

/** A sentence in small print; null for none. */
export function note(text: string): HTMLElement | null {
  const shown = text.length > longestNote ? `${text.slice(0, longestNote)}…` : text;
  return text === '' ? null : element('p', { class: 'note' }, shown);
}

/** A length in 0..1 that the style sheet draws. */
export function withShare<T extends HTMLElement>(made: T, share: number): T {
  made.style.setProperty('--share', String(Math.min(1, Math.max(0, share))));
  return made;
}

/** A word with a definition: hover, focus and tap show it, and the list at the end holds it. */
export function term(word: string, text = word): HTMLElement {
  return element(
    'span',
    { class: 'term', tabindex: '0', 'data-word': word, 'aria-describedby': `word-${word}` },
    text,
  );
}
