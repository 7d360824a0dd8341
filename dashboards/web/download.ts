import { csvText, type Sheet } from './csv.ts';
import { button } from './dom.ts';

/** A button that saves the data behind something as CSV. */
export function downloadButton(name: string, what: string, sheet: () => Sheet): HTMLButtonElement {
  const save = (): void => {
    const { head, rows } = sheet();
    saveText(`${name}.csv`, csvText(head, rows));
  };
  return button('CSV', save, { class: 'download', 'aria-label': `Download ${what} as CSV` });
}

function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after the click; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
