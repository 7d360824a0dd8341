import type { FleetMember } from '../../../src/analysis/fleet/fleet.ts';
import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { clockTime, count, plural, quantity } from '../../../src/model/numbers.ts';
import { ageText, shownHosts } from '../../model/fleet-hosts.ts';
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
/** Younger figures are what a person calls now. */
const toldFromSeconds = 5;

const states: Readonly<Record<Snapshot['state'], Span>> = {
  starting: span('◌ starting', 'dim'),
  running: span('● running', 'good'),
  ended: span('■ ended', 'strong'),
  failed: span('✖ failed', 'bad'),
};

/** One line: what runs, how it stands, since when; and everything that puts the figures in doubt. */
export const header: DrawView = ({ snapshot, ui }, width) => {
  const gap = blank(2);
  const state: Line = [states[snapshot.state], blank(1), span(clockTime(snapshot.elapsedSeconds))];
  const doubts = join(badges(snapshot, ui, width < shortBelow), gap);
  const brand: Line = width < shortBelow ? [] : [span('warpwatch', 'strong'), blank(2)];
  const taken = lineWidth(brand) + lineWidth(state) + lineWidth(doubts) + 6;
  const place = placeOf(snapshot, ui);
  const title = truncate(snapshot.title, Math.max(leastTitle, width - taken - lineWidth(place)));
  const left: Line = [...brand, span(title, 'title'), ...place, gap, ...state];
  const space = Math.max(2, width - lineWidth(left) - lineWidth(doubts));
  return linesOnly([[...left, blank(space), ...doubts]]);
};

/** ` 3 of 12`: which host of the list is open. */
function placeOf(snapshot: Snapshot, ui: UiState): Line {
  const open = snapshot.details.fleet?.open;
  if (open == null) return [];
  const rows = shownHosts(snapshot, ui);
  const at = rows.findIndex(({ host }) => host === open.host);
  return at < 0 ? [] : [span(` ${count(at + 1)} of ${count(rows.length)}`, 'dim')];
}

/** How the open host of a fleet stands; or of all of them, how many want eyes. */
function fleetBadges({ details }: Snapshot): Line[] {
  const { fleet } = details;
  if (fleet === null) return [];
  if (fleet.open !== null) {
    const { condition, ageSeconds } = fleet.open;
    if (condition !== 'up') return [conditionWords(fleet.open)];
    return ageSeconds === null || ageSeconds < toldFromSeconds
      ? []
      : [[span(`${ageText(ageSeconds)} old`, 'dim')]];
  }
  const those = (condition: FleetMember['condition']): number =>
    fleet.rows.filter((row) => row.condition === condition).length;
  const gone = fleet.rows.reduce((sum, row) => sum + row.gone.length, 0);
  const badge = (number: number, text: string, role: Span['role']): Line[] =>
    number === 0 ? [] : [[span(text, role)]];
  return [
    ...badge(those('down'), `✖ ${count(those('down'))} down`, 'bad'),
    ...badge(those('vanished'), `✖ ${count(those('vanished'))} vanished`, 'bad'),
    ...badge(gone, `✖ ${plural(gone, 'GPU')} gone`, 'bad'),
    ...badge(those('connecting'), `◌ ${count(those('connecting'))} connecting`, 'dim'),
  ];
}

function badges(snapshot: Snapshot, ui: UiState, short: boolean): Line[] {
  const shown: Line[] = [];
  const add = (text: string, role: Span['role']): void => {
    shown.push([span(text, role)]);
  };
  if (ui.held !== null) add('‖ PAUSED', 'selected');
  shown.push(...fleetBadges(snapshot));
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
  if (why !== '') lines.push([span('✖ ', 'bad'), span(`${why} What stands here is its last word.`, 'bad')]);
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

/** Why the open host of a fleet has spoken and speaks no more; '' where it does, and where it never has. */
function whyNotUp({ details }: Snapshot): string {
  const open = details.fleet?.open;
  return open == null || open.condition === 'up' || open.ageSeconds === null ? '' : open.why;
}
