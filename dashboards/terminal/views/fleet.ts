import type { FleetRow } from '../../../src/analysis/fleet/fleet-view.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { percent, plural } from '../../../src/model/numbers.ts';
import { ageText, hostIndex, shownHosts } from '../../model/fleet-hosts.ts';
import { blank, fitLine, join, type Line, lineWidth, type Span, span } from '../text/style.ts';
import { table } from '../text/table.ts';
import { wrap } from '../text/width.ts';
import type { UiState } from '../ui-state.ts';
import { fleetColumns, hostCell } from './fleet-columns.ts';
import { type DrawView, type ViewState, windowNote, windowStart } from './view.ts';

/** Words beside the figures need this much to say anything. */
const leastWords = 20;
const mostTroubles = 3;
/** From here on the chosen host is told in words below the list: a rule, its gap, and what it is. */
const wordsFrom = 9;
const detailRows = 4;
const mostWhyLines = 2;

/** Every host a row, the widest gap between util and SM active first; below them the chosen one in words. */
export const fleet: DrawView = (state, width, height) => {
  const { snapshot, ui } = state;
  const view = snapshot.details.fleet;
  const rows = shownHosts(snapshot, ui);
  const place = placeOf(state, width, height);
  const shown = rows.slice(place.start, place.start + place.room);
  const chosen = rows[hostIndex(rows, ui)];
  const title = `fleet · ${view?.from ?? ''}`;
  const note = noteOf(place.start, shown.length, rows.length, ui);
  if (chosen === undefined) return { title, note, lines: [...place.above, ...emptyLines(state, width)] };
  const lines = [...place.above, ...hostLines(rows, shown, chosen, ui, width)];
  if (place.below > 0) {
    const details = detailLines(chosen, width).slice(0, place.below);
    while (lines.length < height - details.length) lines.push([]);
    lines.push(...details);
  }
  return { title, note, lines };
};

/** The host in a line of the view; null for the head and the lines above and below the list. */
export function hostAt(state: ViewState, line: number, width: number, height: number): string | null {
  const rows = shownHosts(state.snapshot, state.ui);
  const { above, start, room } = placeOf(state, width, height);
  const row = line - above.length - 1;
  return row < 0 || row >= room ? null : (rows[start + row]?.host ?? null);
}

interface Place {
  /** What is wrong with the source. */
  readonly above: readonly Line[];
  /** First host in sight, and how many have room. */
  readonly start: number;
  readonly room: number;
  /** Lines for the chosen host. */
  readonly below: number;
}

function placeOf({ snapshot, ui }: ViewState, width: number, height: number): Place {
  const rows = shownHosts(snapshot, ui);
  const fleet = snapshot.details.fleet;
  const told = [...(fleet?.troubles ?? [])];
  if (fleet !== null && fleet.omittedHosts > 0) {
    told.push(`${plural(fleet.omittedHosts, 'more host')} beyond what is shown at once.`);
  }
  const above = told
    .flatMap((trouble) => wrap(trouble, Math.max(1, width - 2)).map((text, at) => troubleLine(text, at)))
    .slice(0, Math.min(mostTroubles, Math.floor(height / 3)));
  const below = height >= wordsFrom + above.length ? detailRows : 0;
  const room = Math.max(0, height - above.length - 1 - below);
  return { above, start: windowStart(hostIndex(rows, ui), rows.length, room), room, below };
}

function troubleLine(text: string, at: number): Line {
  return [span(at === 0 ? '▲ ' : '  ', 'warn'), span(text, 'warn')];
}

function emptyLines({ snapshot, ui }: ViewState, width: number): Line[] {
  const troubled = (snapshot.details.fleet?.troubles.length ?? 0) > 0;
  const text =
    ui.hostFilter !== ''
      ? `no host contains "${ui.hostFilter}"; Escape shows all`
      : troubled
        ? 'no host is known'
        : 'waiting for the first word of a host';
  return wrap(text, width).map((line) => [span(line, 'dim')]);
}

/** Only what is in sight is formatted: a fleet may have a thousand hosts. */
function hostLines(
  rows: readonly FleetRow[],
  shown: readonly FleetRow[],
  chosen: FleetRow,
  ui: UiState,
  width: number,
): Line[] {
  const columns = fleetColumns(rows, { width, sort: ui.hostSort, chosen });
  const taken = columns.reduce((sum, column) => sum + column.width + 2, -2);
  const rest = width - taken - 2;
  const withWords = rest >= leastWords;
  const [head = [], ...cells] = table(columns, shown, withWords ? taken : width);
  const words = (line: Line): Line => (withWords ? [blank(2), ...fitLine(line, rest)] : []);
  return [
    [...head, ...words([span('in words', 'dim')])],
    ...shown.map((row, index): Line => {
      if (row.condition !== 'up') return notUpLine(row, chosen, columns[0]?.width ?? 0);
      return [...(cells[index] ?? []), ...words(wordsOf(row))];
    }),
  ];
}

/** `▸ node7   ✖ down 35 s: Connection refused: …` in place of figures, which would look like its present. */
function notUpLine(row: FleetRow, chosen: FleetRow, nameCells: number): Line {
  const name = fitLine(hostCell(row, chosen), nameCells);
  return [...name, blank(2), ...conditionWords(row), span(row.why === '' ? '' : `: ${row.why}`, 'bad')];
}

/** How a host stands that is not up: `✖ down for 35 s`. */
export function conditionWords({
  condition,
  ageSeconds,
}: Pick<FleetRow, 'condition' | 'ageSeconds'>): Span[] {
  if (condition === 'up') return [];
  if (condition === 'connecting') return [span('◌ connecting', 'dim')];
  const since = ageSeconds === null ? '' : `, last word ${ageText(ageSeconds)} ago`;
  return [span(`✖ ${condition}${since}`, 'bad')];
}

function wordsOf({ gone, words, gpus }: FleetRow): Line {
  const lost: Line = gone.length === 0 ? [] : [span(`✖ ${gone.join(', ')}`, 'bad')];
  return join([lost, words === '' ? [] : [span(words, gpus === 0 ? 'dim' : 'gap')]], span(' · ', 'dim'));
}

/** The chosen host below a rule: its gap in words, or why it is not up; and what it is. */
function detailLines(row: FleetRow, width: number): Line[] {
  const name = span(row.host, 'strong');
  const text: Line = row.condition === 'up' ? wordsOf(row) : conditionWords(row);
  const whole: Line = [name, blank(2), ...text];
  const why = row.condition === 'up' ? whyNoGap(row) : row.why;
  const facts: Line = join(
    [
      row.models.length === 0 ? [] : [span(`${row.gpus} × ${row.models.join(', ')}`, 'dim')],
      worstWords(row),
      row.training === '' ? [] : [span('trains ', 'dim'), span(row.training)],
      [span(row.exporters.join(', '), 'dim')],
    ],
    span(' · ', 'dim'),
  );
  return [
    [span('─'.repeat(Math.max(0, width)), 'rule')],
    ...(lineWidth(whole) <= width ? [whole] : [[name], fitLine(text, width)]),
    ...wrap(why, width)
      .slice(0, mostWhyLines)
      .map((line): Line => [span(line, row.condition === 'up' ? 'dim' : 'bad')]),
    facts,
  ];
}

function whyNoGap({ gap, gpus }: FleetRow): string {
  return isKnown(gap) || gpus === 0 ? '' : `gap not known: ${gap.why}`;
}

function worstWords({ worst }: FleetRow): Line {
  if (worst === null) return [];
  return [
    span(`widest on ${worst.id}: util `, 'dim'),
    span(percent(worst.util), 'coarse'),
    span(', SM active ', 'dim'),
    span(percent(worst.smActive), 'real'),
  ];
}

function noteOf(start: number, shown: number, total: number, ui: UiState): Line {
  const filter = ui.hostFilter === '' ? '' : ` with "${ui.hostFilter}"`;
  const hosts = total === 1 ? 'host' : 'hosts';
  return [...windowNote(start, shown, total), span(` ${hosts}${filter}, by ${ui.hostSort}`, 'dim')];
}
