import type { LiveView } from './live-view.ts';
import type { Ui } from './ui.ts';

/** A part of the page. It is told of a look only while it is on the page. */
export interface LiveSection {
  readonly root: HTMLElement;
  show(view: LiveView, ui: Ui): void;
}

/** Changes what a person has set. */
export type SetUi = (change: Partial<Ui>) => void;
