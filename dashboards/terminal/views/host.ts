import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { byteSize, percent, quantity } from '../../../src/model/numbers.ts';
import { bar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { blank, type Line, span } from '../text/style.ts';
import { type DrawView, linesOnly } from './view.ts';

/** The machine around the devices: its processor and memory, and what the training takes of them. */
export const host: DrawView = ({ snapshot, bare }, width) => {
  const view = snapshot.host;
  const total = view.memoryTotalBytes;
  const comma = span(', ', 'dim');
  const cpu: Line = [span('CPU ', 'dim'), figure(view.cpuUtil, percent)];
  const memory: Line = [
    span('memory ', 'dim'),
    figure(view.memoryUsedBytes, byteSize),
    span(total ? ` of ${byteSize(total)}` : '', 'dim'),
  ];
  const watched = snapshot.training !== null || isKnown(view.processUtil) || isKnown(view.processMemoryBytes);
  const training: Line = watched
    ? [
        span('training ', 'dim'),
        figure(view.processUtil, coresText),
        comma,
        figure(view.processMemoryBytes, byteSize),
      ]
    : [];
  if (bare) return linesOnly([[span('host  ', 'title'), ...cpu, comma, ...memory, blank(3), ...training]]);
  const meter = Math.max(0, Math.min(24, width - 34));
  const used = total ? knownOr0(view.memoryUsedBytes) / total : 0;
  const lines: Line[] = [
    [...bar(knownOr0(view.cpuUtil), meter, 'real'), blank(2), ...cpu],
    [...bar(used, meter, 'accuracy'), blank(2), ...memory],
  ];
  return { title: 'host', note: training, lines };
};

/** A load of 1.6 is 1.6 cores. */
function coresText(load: number): string {
  return `${quantity(load)} cores`;
}

/** For meters only, which stand beside the number. */
function knownOr0(measured: Measured): number {
  return isKnown(measured) ? measured.value : 0;
}
