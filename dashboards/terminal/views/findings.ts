import type { Finding, Severity } from '../../../src/analysis/advice/finding.ts';
import { plural } from '../../../src/model/numbers.ts';
import { sortedFindings } from '../../model/finding-rows.ts';
import { blank, join, type Line, type Role, type Span, span } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { alertLines } from './alert-lines.ts';
import { type DrawView, windowStart } from './view.ts';

const marks: Readonly<Record<Severity, { glyph: string; role: Role }>> = {
  warn: { glyph: '▲', role: 'warn' },
  recheck: { glyph: '◌', role: 'dim' },
  ok: { glyph: '✔', role: 'good' },
};
/** Lines that one finding needs to be told with evidence and remedy. */
const wholeRows = 3;

/**
 * What the advice says of the run, warnings first; a line each where room is short. On its own page the active alerts
 * stand above, and the cursor walks over them too.
 */
export const findings: DrawView = ({ snapshot, ui }, width, height) => {
  const sorted = sortedFindings(snapshot);
  const warnings = sorted.filter((finding) => finding.severity === 'warn').length;
  const title = 'findings';
  const onPage = ui.page === 'findings';
  const active = onPage ? ui.alerts : [];
  const note: Line = join(
    [
      active.length > 0 ? [span(plural(active.length, 'alert'), 'bad')] : [],
      warnings > 0 ? [span(`▲ ${warnings}`, 'warn')] : active.length > 0 ? [] : [span('none', 'dim')],
    ],
    blank(2),
  );
  if (sorted.length === 0 && active.length === 0) return { title, note, lines: [noAdvice] };
  if (height < wholeRows && active.length === 0) {
    return { title, note, lines: sorted.slice(0, height).map((finding) => shortLine(finding)) };
  }
  const cursor = ui.cursor - active.length;
  const groups = sorted.map((finding, index) => groupOf(finding, width, onPage && index === cursor));
  const above = alertLines(active, snapshot.elapsedSeconds, width, 0, ui.cursor);
  if (above.length > 0) above.push([]);
  const below = groups.length > 0 ? groups.flat() : [noAdvice];
  const lines = [...above, ...below];
  const chosen = !onPage ? 0 : cursor < 0 ? ui.cursor : above.length + groups.slice(0, cursor).flat().length;
  const start = windowStart(chosen, lines.length, height);
  return { title, note, lines: lines.slice(start, start + height) };
};

const noAdvice: Line = [span('no advice yet: it needs some time', 'dim')];

/** `▲ title → remedy` */
function shortLine(finding: Finding): Line {
  const remedy: Span[] = finding.remedy === '' ? [] : [span(' → ', 'dim'), span(finding.remedy)];
  return [markOf(finding), span(finding.title, titleRole(finding)), ...remedy];
}

function groupOf(finding: Finding, width: number, chosen: boolean): Line[] {
  const indented = (text: string, lead: string, role: Role): Line[] =>
    wrap(text, width - 4).map((line, index) => [span(index === 0 ? lead : '    ', 'dim'), span(line, role)]);
  return [
    ...wrap(finding.title, width - 2).map(
      (line, index): Line => [
        index === 0 ? markOf(finding) : blank(2),
        span(line, chosen ? 'selected' : titleRole(finding)),
      ],
    ),
    ...indented(finding.evidence, '    ', 'dim'),
    ...(finding.remedy === '' ? [] : indented(finding.remedy, '  → ', 'plain')),
  ];
}

function markOf(finding: Finding): Span {
  const { glyph, role } = marks[finding.severity];
  return span(`${glyph} `, role);
}

function titleRole(finding: Finding): Role {
  return finding.severity === 'warn' ? 'strong' : 'dim';
}
