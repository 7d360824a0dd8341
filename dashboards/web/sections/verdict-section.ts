import { isKnown } from '../../../src/model/measured.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import { learnedText } from '../../../src/report/learned-text.ts';
import { healthText } from '../../../src/report/text-health.ts';
import type { Piece } from '../../../src/report/verdict.ts';
import { element, note, section, term, withShare } from '../dom.ts';
import { type Figure, stepsSentence, type Verdict, verdictsOf } from './verdict-model.ts';

/** What matters, first: util against the real figures, why they differ, and what to do. */
export function verdictSection({ report }: PageData): HTMLElement {
  const verdicts = verdictsOf(report);
  const steps = stepsSentence(report);
  return section(
    'verdict',
    'Verdict',
    null,
    ...(verdicts.length === 0 ? [note('No device is recorded.')] : verdicts.map(verdictOf)),
    steps.length === 0
      ? note(report.steps.why ?? '')
      : element('p', { class: 'steps' }, ...steps.map(pieceOf)),
    ...[...learnedText(report.training), ...healthText(report.training)].map((line) =>
      note(`${line.trim().charAt(0).toUpperCase()}${line.trim().slice(1)}.`),
    ),
    whatToDo(report.advice.filter(({ severity }) => severity === 'warn')),
  );
}

function verdictOf({ device, about, sentence, why, figures, absences }: Verdict): HTMLElement {
  return element(
    'article',
    { class: 'verdict' },
    element('h3', {}, device, element('small', {}, about)),
    element('p', { class: 'sentence' }, ...sentence.map(pieceOf)),
    why === ''
      ? null
      : element(
          'p',
          { class: 'why' },
          `${why.charAt(0).toUpperCase()}${why.slice(1)}.`.replace(/\.\.$/, '.'),
        ),
    element('dl', { class: 'figures' }, ...figures.map(tile)),
    absences.length === 0
      ? null
      : element(
          'ul',
          { class: 'absences', 'aria-label': 'Figures that are not known' },
          ...absences.map(({ words, why }) =>
            element(
              'li',
              {},
              ...words.flatMap((word, at) => [at === 0 ? null : ', ', term(word)]),
              `: ${why}`,
            ),
          ),
        ),
  );
}

function pieceOf(piece: Piece): Node {
  if (typeof piece === 'string') return document.createTextNode(piece);
  const made = term(piece.word, piece.text);
  made.classList.add('figure');
  made.setAttribute('data-tip', `From ${piece.from}.`);
  return made;
}

function tile({ word, figure, text, isRatio }: Figure): HTMLElement {
  const name = term(word);
  if (isKnown(figure)) name.setAttribute('data-tip', `From ${figure.from}.`);
  const bar =
    isRatio && isKnown(figure)
      ? withShare(element('span', { class: 'bar', 'aria-hidden': 'true' }), figure.value)
      : null;
  return element('div', {}, element('dt', {}, name), element('dd', {}, text, bar));
}

function whatToDo(warnings: PageData['report']['advice']): HTMLElement | null {
  const [first, ...others] = warnings;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return element(
    'p',
    { class: 'to-do' },
    element('strong', {}, `${first.title}.`),
    ` ${first.remedy} `,
    element('a', { href: '#advice' }, `Evidence${more}`),
  );
}
