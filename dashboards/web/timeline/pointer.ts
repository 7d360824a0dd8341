import type { TimeView } from '../time-view.ts';
import type { TimelineLayout } from './layout.ts';

/** What the timeline does where the pointer is; pixels from its top left corner. */
export interface PointerActions {
  hover(x: number, y: number, clientX: number, clientY: number): void;
  leave(): void;
  click(x: number, y: number): void;
}

/** A press that moves less is a click. */
const clickPx = 4;
/** Zoom of one notch of a wheel, whose delta is about 100. */
const wheelZoom = 1.0022;

/** Wheel, drag, double click and keys of the timeline. */
export function followPointer(
  canvas: HTMLCanvasElement,
  view: TimeView,
  layout: () => TimelineLayout,
  actions: PointerActions,
): void {
  let drag: { readonly id: number; readonly fromX: number; lastX: number; moved: boolean } | null = null;
  const place = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const laneWidth = () => Math.max(1, layout().width - layout().gutter);

  canvas.addEventListener(
    'wheel',
    (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      // With nothing left to zoom out of, the wheel scrolls the page as it does elsewhere.
      if (view.isWhole && (sideways || event.deltaY > 0)) return;
      event.preventDefault();
      actions.leave();
      if (sideways) {
        view.pan((event.deltaX || event.deltaY) / laneWidth());
        return;
      }
      const share = (place(event).x - layout().gutter) / laneWidth();
      const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 33;
      view.zoom(Math.min(1, Math.max(0, share)), wheelZoom ** -pixels);
    },
    { passive: false },
  );
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { id: event.pointerId, fromX: event.clientX, lastX: event.clientX, moved: false };
  });
  canvas.addEventListener('pointermove', (event) => {
    if (drag === null || drag.id !== event.pointerId) {
      const { x, y } = place(event);
      actions.hover(x, y, event.clientX, event.clientY);
      return;
    }
    if (!drag.moved && Math.abs(event.clientX - drag.fromX) < clickPx) return;
    if (!drag.moved) {
      canvas.setPointerCapture(event.pointerId);
      actions.leave();
    }
    drag.moved = true;
    view.pan((drag.lastX - event.clientX) / laneWidth());
    drag.lastX = event.clientX;
  });
  canvas.addEventListener('pointerup', (event) => {
    const { x, y } = place(event);
    if (drag !== null && !drag.moved) actions.click(x, y);
    drag = null;
  });
  canvas.addEventListener('pointercancel', () => {
    drag = null;
  });
  canvas.addEventListener('pointerleave', () => actions.leave());
  canvas.addEventListener('dblclick', () => view.reset());
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(view);
  });
}

const keys: Readonly<Record<string, (view: TimeView) => void>> = {
  '+': (view) => view.zoom(0.5, 1.5),
  '=': (view) => view.zoom(0.5, 1.5),
  '-': (view) => view.zoom(0.5, 1 / 1.5),
  ArrowLeft: (view) => view.pan(-0.15),
  ArrowRight: (view) => view.pan(0.15),
  '0': (view) => view.reset(),
  Home: (view) => view.reset(),
};
