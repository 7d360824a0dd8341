import type { FleetMember } from '../../../src/analysis/fleet/fleet.ts';
import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { clockTime, count, plural, quantity } from '../../../src/model/numbers.ts';
import { ageText, shownHosts, toldFromSeconds } from '../../model/fleet-hosts.ts';
import { blank, join, type Line, lineWidth, type Span, span } from '../text/style.ts';
import { displayWidth, truncate } from '../text/width.ts';
import type { UiState } from '../ui-state.ts';
import { conditionWords } from './fleet.ts';
import { type DrawView, linesOnly } from './view.ts';

const shortBelow = 100;
const leastTitle = 8;
const shortAlert = 28;
const longestFault = 24;
const longAlert = 48;

const states: Readonly<Record<Snapshot['state'], Span>> = {
  starting: span('◌ starting', 'dim'),
  running: span('● running', 'good'),
  ended: span('■ ended', 'strong'),
  failed: span('✖ failed', 'bad'),
};

/** One line: what runs, how it stands, since when; and everything that puts the figures in doubt. */
export const header: DrawView = ({ snapshot, ui }, width) => {
  const gap = blank(2);
  const state: Line = [...stateOf(snapshot), blank(1), span(clockTime(snapshot.elapsedSeconds))];
  const doubts = join(badges(snapshot, ui, width < shortBelow), gap);
  const brand: Line = width < shortBelow ? [] : [span('warpwatch', 'strong'), blank(2)];
  const taken = lineWidth(brand) + lineWidth(state) + lineWidth(doubts) + 6;
  const place = placeOf(snapshot, ui);
  const title = truncate(snapshot.title, Math.max(leastTitle, width - taken - lineWidth(place)));
  const left: Line = [...brand, span(title, 'title'), ...place, gap, ...state];
  const space = Math.max(2, width - lineWidth(left) - lineWidth(doubts));
  return linesOnly([[...left, blank(space), ...doubts]]);
};

/** How the run stands; of a host of a fleet that is not up, how the host stands. */
function stateOf({ state, details }: Snapshot): Line {
  const open = details.fleet?.open;
  return open == null || open.condition === 'up' ? [states[state]] : conditionWords(open);
}

/** ` (3 of 12)`: which host of the list is open. */
function placeOf(snapshot: Snapshot, ui: UiState): Line {
  const open = snapshot.details.fleet?.open;
  if (open == null) return [];
  const rows = shownHosts(snapshot, ui);
  const at = rows.findIndex(({ host }) => host === open.host);
  return at < 0 ? [] : [span(` (${count(at + 1)} of ${count(rows.length)})`, 'dim')];
}

/** How old the figures of the open host are; or of all hosts of a fleet, how many want eyes. */
function fleetBadges({ details }: Snapshot, short: boolean): Line[] {
  const { fleet } = details;
  if (fleet === null) return [];
  if (fleet.open !== null) {
    const { condition, ageSeconds } = fleet.open;
    return condition !== 'up' || ageSeconds === null || ageSeconds < toldFromSeconds
      ? []
      : [[span(`${ageText(ageSeconds)} old`, 'dim')]];
  }
  const those = (condition: FleetMember['condition']): number =>
    fleet.rows.filter((row) => row.condition === condition).length;
  const gone = fleet.rows.reduce((sum, row) => sum + row.gone.length, 0);
  const text = (number: number, words: string): string[] => (number === 0 ? [] : [words]);
  const wrong = [
    ...text(those('down'), `${count(those('down'))} down`),
    ...text(those('vanished'), `${count(those('vanished'))} vanished`),
    ...text(gone, `${plural(gone, 'GPU')} gone`),
  ];
  const waiting = those('connecting');
  return [
    ...(wrong.length === 0 ? [] : [[span(`✖ ${wrong.join(', ')}`, 'bad')]]),
    ...(waiting === 0 || short ? [] : [[span(`◌ ${count(waiting)} connecting`, 'dim')]]),
  ];
}

function badges(snapshot: Snapshot, ui: UiState, short: boolean): Line[] {
  const shown: Line[] = [];
  const add = (text: string, role: Span['role']): void => {
    shown.push([span(text, role)]);
  };
  if (ui.held !== null) add('‖ PAUSED', 'selected');
  shown.push(...fleetBadges(snapshot, short));
  if (ui.replay !== null) {
    const { speed, positionSeconds, lengthSeconds } = ui.replay;
    add(`▶ ${quantity(speed)}× ${clockTime(positionSeconds)}/${clockTime(lengthSeconds)}`, 'key');
  }
  if (ui.recording !== null) add(short ? '● REC' : `● REC ${ui.recording}`, 'bad');
  const [alert] = ui.alerts;
  if (alert !== undefined) {
    const more = ui.alerts.length > 1 ? ` +${ui.alerts.length - 1}` : '';
    const about = alert.device === '' ? '' : `${alert.device} `;
    add(truncate(`▲ ${about}${alert.text}`, short ? shortAlert : longAlert) + more, 'bad');
  }
  if (snapshot.lostRecords > 0) {
    const lost = count(snapshot.lostRecords);
    add(short ? `▲ ${lost} lost` : `▲ ${lost} records lost`, 'warn');
  }
  if (snapshot.damage.length > 0) add(short ? '▲ damaged' : '▲ recording damaged', 'warn');
  if (snapshot.training?.workload?.synthetic === true) {
    add(short ? 'SYNTHETIC' : 'SYNTHETIC DATA', 'warn');
  }
  const fault = snapshot.training?.workload?.fault;
  if (fault) add(short ? 'FAULT ON PURPOSE' : `FAULT ${truncate(fault, longestFault)} ON PURPOSE`, 'warn');
  return shown;
}

/** Why a run failed and what could not be read, a line each. */
export const notice: DrawView = ({ snapshot }, width, height) => {
  const lines: Line[] = [];
  if (snapshot.state === 'failed') {
    lines.push([
      span('✖ ', 'bad'),
      span(snapshot.message === '' ? 'The run failed.' : snapshot.message, 'bad'),
    ]);
  }
  const why = whyNotUp(snapshot);
  if (why !== '') lines.push([span('✖ ', 'bad'), span(why, 'bad')]);
  for (const sentence of snapshot.damage) lines.push([span('▲ ', 'warn'), span(sentence, 'warn')]);
  if (lines.length <= height) return linesOnly(lines);
  const more = `  (${lines.length - height} more: sources page)`;
  const last = lines[height - 1] ?? [];
  const text = truncate(last.map((part) => part.text).join(''), Math.max(0, width - displayWidth(more)));
  return linesOnly([...lines.slice(0, height - 1), [span(text, last[0]?.role), span(more, 'dim')]]);
};

/** Number of lines that `notice` would like to have. */
export function noticeCount(snapshot: Snapshot): number {
  return snapshot.damage.length + (snapshot.state === 'failed' ? 1 : 0) + (whyNotUp(snapshot) === '' ? 0 : 1);
}

/** Why the open host of a fleet has no present; '' where it has. */
function whyNotUp({ details }: Snapshot): string {
  const open = details.fleet?.open;
  return open == null || open.condition === 'up' ? '' : open.why;
}
