import { count, percent, shortTime } from '../../../src/model/numbers.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import { swatch } from '../categories.ts';
import { element, note, section, term, withShare } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { words } from '../words.ts';
import { reasons } from './idle-section.ts';
import { entryOf, simpleTable } from './simple-table.ts';

/** Kernel time by category. */
export function categoriesSection({ report }: PageData): HTMLElement {
  const several = report.devices.length > 1;
  const all = report.devices.flatMap(({ id, categories }) => categories.map((entry) => ({ id, entry })));
  if (all.length === 0)
    return section(
      'categories',
      'Categories',
      null,
      note('No kernel is recorded that could be sorted into categories.'),
    );
  const rows = all.map(({ id, entry }) => [
    element('span', {}, swatch(entry.category), several ? `${id} · ${entry.category}` : entry.category),
    withShare(element('span', { class: 'bar', 'aria-hidden': 'true' }), entry.share),
    percent(entry.share),
    shortTime(entry.seconds),
    count(entry.calls),
  ]);
  const sheet = () => ({
    head: ['device', 'category', 'calls', 'seconds', 'share'],
    rows: all.map(({ id, entry }) => [id, entry.category, entry.calls, entry.seconds, entry.share]),
  });
  return section(
    'categories',
    'Categories',
    downloadButton('categories', 'the categories', sheet),
    simpleTable('Kernel time by category', ['category', '', 'share', 'total', 'calls'], rows),
  );
}

/** The processes of a distributed training; null where the run is not one. */
export function ranksSection({ report: { ranks } }: PageData): HTMLElement | null {
  if (ranks.length === 0) return null;
  const rows = ranks.map((rank) => [
    `rank ${rank.rank}${rank.straggler ? ' (straggler)' : ''}`,
    rank.devices.join(', '),
    entryOf(rank.meanStepSeconds, shortTime),
    entryOf(rank.computeSeconds, shortTime),
    entryOf(rank.communicationSeconds, shortTime),
  ]);
  const sheet = () => ({
    head: ['rank', 'devices', 'meanStepSeconds', 'computeSeconds', 'communicationSeconds', 'straggler'],
    rows: ranks.map((rank) => [
      rank.rank,
      rank.devices.join(' '),
      rank.meanStepSeconds.value,
      rank.computeSeconds.value,
      rank.communicationSeconds.value,
      rank.straggler,
    ]),
  });
  return section(
    'ranks',
    'Ranks',
    downloadButton('ranks', 'the ranks', sheet),
    simpleTable('Ranks', ['rank', 'devices', 'mean step', 'compute', 'communication'], rows),
    ...reasons(
      ranks.flatMap((rank) => [rank.meanStepSeconds, rank.computeSeconds, rank.communicationSeconds]),
    ),
  );
}

/** Ranges that the program named; null where it named none. */
export function rangesSection({ report: { ranges } }: PageData): HTMLElement | null {
  if (ranges.length === 0) return null;
  const rows = ranges.map((range) => [
    range.name,
    count(range.calls),
    shortTime(range.totalSeconds),
    shortTime(range.meanSeconds),
    shortTime(range.longestSeconds),
  ]);
  const sheet = () => ({
    head: ['name', 'calls', 'totalSeconds', 'meanSeconds', 'longestSeconds'],
    rows: ranges.map((range) => [
      range.name,
      range.calls,
      range.totalSeconds,
      range.meanSeconds,
      range.longestSeconds,
    ]),
  });
  return section(
    'ranges',
    'Ranges',
    downloadButton('ranges', 'the ranges', sheet),
    note('What the program named while it ran (NVTX, record_function), apart from its steps.'),
    simpleTable('Ranges', ['range', 'calls', 'total', 'mean', 'longest'], rows),
  );
}

const severityMarks = { warn: '!', ok: '✓', recheck: '?' } as const;
const severityWords = { warn: 'To do', ok: 'All is well', recheck: 'Not enough data to say' } as const;

/** Findings with their evidence and what to try: those that ask for something first. */
export function adviceSection({ report }: PageData): HTMLElement {
  const order = ['warn', 'recheck', 'ok'] as const;
  const sorted = order.flatMap((severity) =>
    report.advice.filter((finding) => finding.severity === severity),
  );
  const cards = sorted.map(({ severity, title, evidence, remedy }) =>
    element(
      'article',
      { class: `finding ${severity}` },
      element(
        'h3',
        {},
        element(
          'span',
          {
            class: 'mark',
            role: 'img',
            'aria-label': severityWords[severity],
            'data-tip': severityWords[severity],
          },
          severityMarks[severity],
        ),
        title,
      ),
      evidence === '' ? null : element('p', {}, evidence),
      remedy === '' ? null : element('p', { class: 'remedy' }, `→ ${remedy}`),
    ),
  );
  return section('advice', 'Advice', null, ...(cards.length === 0 ? [note('Nothing was checked.')] : cards));
}

/** Records that are missing, parts that could not be read, and writers that broke off. */
export function lossesSection({ report: { loss, damage, producers } }: PageData): HTMLElement {
  const counts = (['dropped', 'unfinished', 'outOfRange'] as const).map((kind) =>
    element('li', {}, term(kind), ` ${count(loss[kind])}`),
  );
  const broken = producers
    .filter(({ outcome }) => outcome !== 'ended')
    .map(({ name, outcome, message }) => note(`${name}: ${outcome}${message === '' ? '' : `, ${message}`}`));
  const none = loss.dropped + loss.unfinished + loss.outOfRange === 0 && damage.length === 0;
  return section(
    'losses',
    'What is missing',
    null,
    element('ul', { class: 'legend' }, ...counts),
    none ? note('No record is known to be missing.') : null,
    ...damage.map(note),
    ...broken,
  );
}

/**
 * Definitions; hover, focus and tap on a word show the same.
 * @param used those that the page uses; all of them where it is left out
 */
export function wordsSection(used?: ReadonlySet<string>): HTMLElement {
  const listed = Object.entries(words).filter(([word]) => used === undefined || used.has(word));
  const entries = listed.map(([word, meaning]) =>
    element('div', {}, element('dt', {}, word), element('dd', { id: `word-${word}` }, meaning)),
  );
  return section('words', 'Words', null, element('dl', { class: 'words' }, ...entries));
}
