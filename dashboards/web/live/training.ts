import { clockTime, count, percent } from '../../../src/model/numbers.ts';
import { type TrainingFigure, trainingFigures, trainingTitle } from '../../model/training-figures.ts';
import type { Chart } from '../charts/chart-model.ts';
import { element, section } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import { trainingCharts } from './charts-of.ts';
import { Keyed, type Shows, setText } from './keyed.ts';
import { LiveChart } from './live-chart.ts';
import type { LiveView } from './live-view.ts';
import { PartsBar, PartsLegend } from './parts.ts';
import { phaseColours } from './phase-colours.ts';
import { Runs } from './runs.ts';
import type { LiveSection } from './section.ts';
import { ToldText } from './told.ts';
import type { Ui } from './ui.ts';

/** Progress, the figures a person trains for, their curves, and where the time of a step went. */
export class TrainingSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #about = element('p', { class: 'about' });
  readonly #body: HTMLElement;
  readonly #step = element('p', { class: 'step' });
  readonly #progress = element('progress', { max: '1', 'aria-label': 'Progress of the training' });
  readonly #figures: Keyed<TrainingFigure>;
  readonly #charts: Keyed<Chart>;
  readonly #phases: HTMLElement;
  readonly #bar = new PartsBar();
  readonly #legend = new PartsLegend();
  readonly #runs = new Runs();

  constructor(theme: ThemeSwitch) {
    const figures = element('dl', { class: 'figures' });
    const charts = element('div', { class: 'charts' });
    this.#figures = new Keyed(figures, ({ name }) => name, figureItem);
    this.#charts = new Keyed(
      charts,
      ({ id }) => id,
      () => new LiveChart(theme),
    );
    this.#phases = element(
      'div',
      {},
      element('h3', {}, 'Where the time of the last steps went'),
      this.#bar.root,
      this.#legend.root,
    );
    this.#body = element('div', {}, this.#step, this.#progress, figures, charts, this.#phases);
    this.root = section('training', 'Training', null, this.#about, this.#body, this.#runs.root);
  }

  show({ snapshot, runs }: LiveView, ui: Ui): void {
    const { training } = snapshot;
    this.#runs.show(runs);
    this.#body.hidden = training === null;
    this.root.hidden = training === null && ui.page === 'overview';
    if (training === null) {
      setText(
        this.#about,
        runs.length > 0
          ? ''
          : 'Nothing reports steps: start the program with warpwatch train, or give it a probe.',
      );
      return;
    }
    const planned = training.workload?.plannedSteps ?? null;
    const left =
      training.secondsLeft === null || snapshot.state !== 'running'
        ? ''
        : `, ${clockTime(training.secondsLeft)} left`;
    const done = training.progress === null ? '' : ` · ${percent(training.progress)}${left}`;
    setText(this.#about, trainingTitle(training));
    setText(
      this.#step,
      `step ${count(training.step)}${planned === null ? '' : ` of ${count(planned)}`}${done}`,
    );
    this.#progress.hidden = training.progress === null;
    this.#progress.value = training.progress ?? 0;
    this.#figures.show(trainingFigures(training, true));
    this.#charts.show(trainingCharts(training));
    const colourOf = phaseColours();
    const phases = training.phases.map(({ phase, share }) => ({
      name: phase,
      share,
      colour: colourOf(phase),
    }));
    this.#phases.hidden = phases.length === 0;
    this.#bar.show(phases);
    this.#legend.show(phases);
  }
}

function figureItem(): Shows<TrainingFigure> {
  const name = element('dt');
  const value = new ToldText();
  return {
    root: element('div', {}, name, element('dd', {}, value.root)),
    show(figure) {
      setText(name, figure.name);
      value.show(figure.told);
    },
  };
}
