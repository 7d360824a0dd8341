import type { ReplicaFigures, ReplicasView } from '../../../src/analysis/replica-view.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { count, percent, quantity } from '../../../src/model/numbers.ts';
import { groupText, stragglersText } from '../../../src/model/parallel-text.ts';
import { replicaVerdict } from '../../model/rank-words.ts';
import { bar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { blank, join, type Line, lineWidth, span } from '../text/style.ts';
import { table } from '../text/table.ts';
import { wrap } from '../text/width.ts';
import { replicaColumns, shareLooks, staleness } from './replica-columns.ts';
import { type DrawView, notYet, windowNote, windowStart } from './view.ts';

/** Replicas that are gone have a line each up to here. */
const mostGone = 3;
/** A histogram of more rows says no more. */
const mostBins = 12;
const leastBins = 3;
const mostBarCells = 80;
/** Of the rows, what the table keeps beside the histogram. */
const tableShare = 0.55;

/** The replicas of a data-parallel training: how each does, where the time of its steps goes, and who waits for whom. */
export const replicas: DrawView = ({ snapshot, ui }, width, height) => {
  const view = snapshot.details.replicas;
  if (view === null) return notYet('replicas', ui);
  const { rows } = view;
  const above = [...groupLines(view, width), figuresLine(view), ...goneLines(rows), []];
  const verdict = verdictLines(view, width);
  const below: Line[] = verdict.length > 0 ? [[], ...verdict] : [];
  const room = Math.max(0, height - above.length - below.length - 1);
  const bins = histogram(
    view,
    width,
    Math.min(mostBins + 1, room - Math.min(rows.length, Math.ceil(room * tableShare)) - 1),
  );
  if (bins.length > 0) below.push([], ...bins);
  const tableRows = Math.max(0, height - above.length - below.length - 1);
  const start = windowStart(ui.cursor, rows.length, tableRows);
  const shown = rows.slice(start, start + tableRows);
  return {
    title: 'replicas',
    note: windowNote(start, shown.length, rows.length),
    lines: [...above, ...table(replicaColumns(rows, rows[ui.cursor], width), shown, width), ...below],
  };
};

/** On one line where that fits; who is slowed on purpose is never what is cut. */
function groupLines({ parallel }: ReplicasView, width: number): Line[] {
  const group: Line = [span(groupText(parallel), 'strong')];
  const stragglers = stragglersText(parallel.stragglers);
  if (stragglers === '') return [group];
  const { glyph } = shareLooks.slowed;
  const slowed: Line = [span(`${glyph} ${stragglers}`, 'warn')];
  const joined = join([group, slowed], blank(3));
  return lineWidth(joined) <= width ? [joined] : [group, slowed];
}

function figuresLine({ samplesPerSecond, meanStaleness }: ReplicasView): Line {
  const all: Line = [span('samples/s ', 'dim'), figure(samplesPerSecond, quantity, 'strong')];
  const stale: Line = isKnown(meanStaleness)
    ? [span('mean staleness ', 'dim'), figure(meanStaleness, staleness)]
    : [];
  return join([all, stale], blank(3));
}

function goneLines(rows: readonly ReplicaFigures[]): Line[] {
  const gone = rows.filter(({ state }) => state === 'failed' || state === 'lost');
  const lines = gone.slice(0, mostGone).map(({ replica, state, message }): Line => {
    const why = message === '' ? '' : `: ${message}`;
    return [span('✖ ', 'bad'), span(`replica ${replica} ${state}${why}`, 'bad')];
  });
  const more = gone.length - lines.length;
  return more > 0 ? [...lines, [span(`  ${count(more)} more are gone`, 'bad')]] : lines;
}

function verdictLines(view: ReplicasView, width: number): Line[] {
  const verdict = replicaVerdict(view);
  if (verdict === null) return [];
  if (view.verdict === '') return [[span('✓ ', 'good'), span(verdict.text, 'dim')]];
  const { isBad } = verdict;
  return wrap(verdict.text, Math.max(1, width - 2)).map((text, at) => [
    span(at === 0 && isBad ? '▲ ' : '  ', 'warn'),
    span(text, isBad ? 'warn' : 'plain'),
  ]);
}

/** Updates by staleness, a bar each, the stale end in one; nothing where no update is stale or there is no room. */
function histogram({ staleness: bins }: ReplicasView, width: number, height: number): Line[] {
  const updates = bins.reduce((sum, bin) => sum + bin.updates, 0);
  const last = bins.at(-1);
  if (updates === 0 || last === undefined || last.staleness === 0) return [];
  const rows = Math.min(bins.length, height - 1);
  if (rows < Math.min(leastBins, bins.length)) return [];
  const whole = bins.length <= rows ? bins : bins.slice(0, rows - 1);
  const rest = bins.slice(whole.length);
  const tail = rest[0] === undefined ? [] : [{ name: `≥ ${rest[0].staleness}`, updates: sumOf(rest) }];
  const entries = [...whole.map((bin) => ({ name: String(bin.staleness), updates: bin.updates })), ...tail];
  const most = entries.reduce((greatest, entry) => Math.max(greatest, entry.updates), 0);
  const nameCells = entries.reduce((cells, { name }) => Math.max(cells, name.length), 0);
  const barCells = Math.max(0, Math.min(mostBarCells, width - nameCells - 17));
  const lines = entries.map(
    (entry): Line => [
      blank(2),
      span(entry.name.padStart(nameCells), 'strong'),
      blank(1),
      ...bar(entry.updates / most, barCells, 'occupancy'),
      span(percent(entry.updates / updates).padStart(6)),
      span(count(entry.updates).padStart(8), 'dim'),
    ],
  );
  return [
    [
      span('staleness', 'dim'),
      span(' · updates of others between taking the weights and updating them', 'dim'),
    ],
    ...lines,
  ];
}

function sumOf(bins: ReplicasView['staleness']): number {
  return bins.reduce((sum, { updates }) => sum + updates, 0);
}
