import { clockTime } from '../../../src/model/numbers.ts';
import type { Seconds } from '../../../src/model/units.ts';
import type { Alert } from '../../model/alerts.ts';
import { blank, justify, type Line, span } from '../text/style.ts';
import { displayWidth, truncate } from '../text/width.ts';
import { type DrawView, linesOnly } from './view.ts';

/** A longer id is cut, so that the words of the alerts have room. */
const widestDevice = 12;

/** The worst alerts, a line each; the last line counts those that have no room. */
export const alerts: DrawView = ({ snapshot, ui }, width, height) => {
  const shown = ui.alerts.slice(0, Math.max(0, height));
  const more = ui.alerts.length - shown.length;
  return linesOnly(alertLines(shown, snapshot.elapsedSeconds, width, more));
};

/**
 * Active alerts as lines of `width` cells: `▲ gpu3  90 °C or hotter      for 2:05`.
 * @param now on the clock of the alerts; of a held screen it may be before an alert began
 * @param more alerts that are not among them, told at the end of the last line
 * @param chosen the line under the cursor; none by default
 */
export function alertLines(
  shown: readonly Alert[],
  now: Seconds,
  width: number,
  more = 0,
  chosen = -1,
): Line[] {
  const names = shown.map(({ device }) => truncate(device === '' ? 'run' : device, widestDevice));
  const named = Math.max(...names.map(displayWidth));
  return shown.map(({ text, sinceSeconds }, index): Line => {
    const name = names[index] ?? '';
    const left: Line = [
      span(`▲ ${name}`, 'bad'),
      blank(named - displayWidth(name) + 2),
      span(text, index === chosen ? 'selected' : 'strong'),
    ];
    const right: Line = [
      span(`for ${clockTime(now - sinceSeconds)}`, 'dim'),
      ...(more > 0 && index === shown.length - 1 ? [span(`  +${more} more`, 'warn')] : []),
    ];
    return justify(left, right, width);
  });
}
