import { clockTime } from '../../../src/model/numbers.ts';
import type { Seconds } from '../../../src/model/units.ts';
import type { Alert } from '../../model/alerts.ts';
import { element } from '../dom.ts';
import { Keyed, setText } from './keyed.ts';
import type { LiveView } from './live-view.ts';
import type { LiveSection } from './section.ts';

interface ShownAlert extends Alert {
  readonly now: Seconds;
}

/** What wants eyes, worst first. A new one is read out, its clock is not. */
export class AlertsSection implements LiveSection {
  readonly root = element('ul', { class: 'alerts', 'aria-label': 'Alerts' });
  readonly #alerts: Keyed<ShownAlert>;

  constructor() {
    this.#alerts = new Keyed(this.root, ({ device, text }) => `${device} ${text}`, alertItem);
  }

  show({ alerts, snapshot }: LiveView): void {
    this.root.hidden = alerts.length === 0;
    this.#alerts.show(alerts.map((alert) => ({ ...alert, now: snapshot.elapsedSeconds })));
  }
}

function alertItem() {
  const what = element('span', { role: 'status' });
  const since = element('span', { class: 'value' });
  return {
    root: element('li', {}, what, ' ', since),
    show({ device, text, sinceSeconds, now }: ShownAlert) {
      setText(what, `▲ ${device === '' ? 'run' : device}: ${text}`);
      setText(since, `for ${clockTime(now - sinceSeconds)}`);
    },
  };
}
