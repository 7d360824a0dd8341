import type { PageData } from '../../src/report/html/page-data.ts';
import { chartsSection } from './charts/charts-section.ts';
import { append, element } from './dom.ts';
import { kernelsSection } from './kernels/kernels-section.ts';
import { PickedKernel } from './picked-kernel.ts';
import { readData, readExecutions } from './read-page.ts';
import { communicationSection, copiesSection } from './sections/communication-section.ts';
import { idleSection } from './sections/idle-section.ts';
import {
  adviceSection,
  categoriesSection,
  lossesSection,
  rangesSection,
  ranksSection,
  wordsSection,
} from './sections/more-sections.ts';
import { pageHeader } from './sections/page-header.ts';
import { phasesSection } from './sections/phases-section.ts';
import { replicasSection } from './sections/replicas-section.ts';
import { verdictSection } from './sections/verdict-section.ts';
import { ThemeSwitch } from './theme.ts';
import { TimeView } from './time-view.ts';
import { timelineSection } from './timeline/timeline-section.ts';
import { explainWords, Tooltip } from './tooltip.ts';

/** Draws the report that lies in the page. */
function start(root: HTMLElement): void {
  const data = readData<PageData>();
  const { replicas } = data.report;
  const theme = new ThemeSwitch();
  const view = new TimeView(data.timeline.spanNs);
  const picked = new PickedKernel();
  const tooltip = new Tooltip();
  const charts = chartsSection(data, view, theme);
  const timeline = timelineSection(data, view, theme, tooltip, picked);
  append(
    root,
    pageHeader(data, theme),
    verdictSection(data),
    charts.root,
    replicas === null ? null : replicasSection(replicas),
    timeline.root,
    kernelsSection(data, picked),
    idleSection(data),
    communicationSection(data),
    copiesSection(data),
    categoriesSection(data),
    phasesSection(data),
    replicas === null ? ranksSection(data) : null,
    rangesSection(data),
    adviceSection(data),
    lossesSection(data),
    wordsSection(),
  );
  charts.draw();
  explainWords(tooltip);
  const { canvas } = timeline;
  if (canvas === null) {
    root.setAttribute('data-ready', '');
    return;
  }
  readExecutions(data.timeline, (lane, columns) => canvas.load(lane, columns)).then(
    () => root.setAttribute('data-ready', ''),
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      append(
        timeline.root,
        element(
          'p',
          { class: 'note', role: 'alert' },
          `The executions cannot be unpacked (${reason}); the overview is drawn instead. A newer browser may do better.`,
        ),
      );
    },
  );
}

const root = document.getElementById('report');
if (root !== null) start(root);
