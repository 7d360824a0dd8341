import { button, element } from '../dom.ts';
import { wordsSection } from '../sections/more-sections.ts';
import type { SetUi } from './section.ts';

const keys: readonly (readonly [string, string])[] = [
  ['1 … 9', 'the page of that number'],
  ['p', 'hold the moment on the page, or go on'],
  ['d, j / D, k', 'the next device, the one before'],
  ['Enter, Esc', 'open the page of the chosen device, and back'],
  ['[ ]', 'time that charts show: 1, 5, 15 or 60 minutes'],
  ['s, S', 'sort kernels or processes by the next column, the one before'],
  ['/', 'filter kernels or processes; Esc clears'],
  ['v', 'processes as a tree'],
  ['t', 'light or dark'],
  ['?', 'this help'],
];

/** The keys, and what the words on the page mean. */
export class Help {
  readonly root: HTMLDialogElement;

  constructor(setUi: SetUi) {
    const close = button('Close', () => setUi({ help: false }), { autofocus: '' });
    this.root = element(
      'dialog',
      { class: 'help', 'aria-labelledby': 'help-heading' },
      element('div', { class: 'heading' }, element('h2', { id: 'help-heading' }, 'Keys'), close),
      element(
        'dl',
        { class: 'keys' },
        ...keys.map(([name, does]) =>
          element('div', {}, element('dt', {}, element('kbd', {}, name)), element('dd', {}, does)),
        ),
      ),
      wordsSection(),
    );
    // Escape closes a dialog by itself.
    this.root.addEventListener('close', () => setUi({ help: false }));
  }

  show(isOpen: boolean): void {
    if (isOpen && !this.root.open) this.root.showModal();
    if (!isOpen && this.root.open) this.root.close();
  }
}
