import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { bar } from '../text/bar.ts';
import { byteSize, figure, percent, quantity } from '../text/numbers.ts';
import { blank, type Line, span } from '../text/style.ts';
import { type DrawView, linesOnly } from './view.ts';

/** The machine around the devices: its processor, its memory, and what the training takes of them. */
export const host: DrawView = ({ snapshot, bare }, width) => {
  const view = snapshot.host;
  const total = view.memoryTotalBytes > 0 ? ` of ${byteSize(view.memoryTotalBytes)}` : '';
  const comma = span(', ', 'dim');
  const cpu: Line = [span('CPU ', 'dim'), figure(view.cpuUtil, percent)];
  const process: Line = [span('training ', 'dim'), figure(view.processUtil, coresText)];
  const memory: Line = [span('memory ', 'dim'), figure(view.memoryUsedBytes, byteSize), span(total, 'dim')];
  const own: Line = [span('training ', 'dim'), figure(view.processMemoryBytes, byteSize)];
  if (bare) {
    return linesOnly([
      [span('host  ', 'title'), ...cpu, comma, ...process, blank(3), ...memory, comma, ...own],
    ]);
  }
  const meter = Math.max(0, Math.min(24, width - 50));
  const used =
    view.memoryTotalBytes > 0 && isKnown(view.memoryUsedBytes)
      ? view.memoryUsedBytes.value / view.memoryTotalBytes
      : 0;
  return {
    title: 'host',
    note: [],
    lines: [
      [...bar(knownOr0(view.cpuUtil), meter, 'real'), blank(2), ...cpu, comma, ...process],
      [...bar(used, meter, 'accuracy'), blank(2), ...memory, comma, ...own],
    ],
  };
};

/** A load of 1.6 is 1.6 cores. */
function coresText(load: number): string {
  return `${quantity(load)} cores`;
}

/** For meters only, which stand beside the number. */
function knownOr0(measured: Measured): number {
  return isKnown(measured) ? measured.value : 0;
}
