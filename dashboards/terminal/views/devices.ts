import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { byteSize, percent, withUnit } from '../../../src/model/numbers.ts';
import type { Ratio } from '../../../src/model/units.ts';
import { bar, stackedBar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { blank, type Line, type Role, span } from '../text/style.ts';
import { type Column, table } from '../text/table.ts';
import type { DrawView } from './view.ts';

/** From this width on, ratios are drawn as meters beside their numbers. */
const metersFrom = 130;
const longestMeter = 24;
/** What the columns without meters take, with the gaps and the numbers beside meters. */
const besideMeters = 100;
const meterColumns = 5;

/** A row a device, coarse figure first, real ones after it; below it the gap as a bar and in words. */
export const devices: DrawView = ({ snapshot, ui, bare }, width, height) => {
  const views = snapshot.devices;
  const room = Math.max(0, height - 1);
  const rowsEach = room >= views.length * 2 ? 2 : 1;
  const hidden = Math.max(0, views.length - Math.floor(room / rowsEach));
  const visible = hidden === 0 ? views.length : Math.max(1, room - 1);
  const start = hidden === 0 ? 0 : Math.min(ui.device, views.length - visible);
  const shown = views.slice(start, start + visible);

  const [head = [], ...rows] = table(columnsOf(width, bare), shown, width, bare);
  const lines = [head];
  for (const [index, view] of shown.entries()) {
    lines.push(rows[index] ?? []);
    if (rowsEach === 2) lines.push(gapLine(view, width));
  }
  if (views.length === 0) lines.push([span('waiting for the first word of a device', 'dim')]);
  if (hidden > 0) lines.push([span(`${views.length - visible} more devices (d moves on)`, 'dim')]);
  return { title: 'devices', note: [], lines };
};

function columnsOf(width: number, bare: boolean): Column<DeviceView>[] {
  const meter =
    width < metersFrom
      ? 0
      : Math.min(longestMeter, Math.max(6, Math.floor((width - besideMeters) / meterColumns)));
  const ratio = (
    title: string,
    role: Role,
    rank: number,
    pick: (view: DeviceView) => Measured<Ratio>,
  ): Column<DeviceView> => ({
    title,
    titleRole: role,
    width: Math.max(title.length, meter === 0 ? 5 : meter + 6),
    align: 'right',
    rank,
    cell: (view) => ratioCell(pick(view), role, meter),
  });
  return [
    { title: bare ? 'devices' : 'device', width: 17, align: 'left', rank: 0, cell: nameCell },
    ratio('util', 'coarse', 0, (view) => view.util),
    ratio('kernelBusy', 'real', 0, (view) => view.kernelBusy),
    ratio('SM active', 'plain', 3, (view) => view.smActive),
    ratio('occupancy', 'plain', 4, (view) => view.occupancy),
    ratio('of peak', 'peak', 1, (view) => view.peakShare),
    {
      title: 'FLOP/s',
      width: 6,
      align: 'right',
      rank: 2,
      cell: (view) => [figure(view.flopsPerSecond, (value) => withUnit(value, '').trimEnd())],
    },
    {
      title: 'memory',
      width: 8,
      align: 'right',
      rank: 5,
      cell: (view) => [figure(view.memoryUsedBytes, byteSize)],
    },
    {
      title: '°C',
      width: 3,
      align: 'right',
      rank: 6,
      cell: (view) => [figure(view.temperatureCelsius, (value) => value.toFixed(0))],
    },
  ];
}

function nameCell(view: DeviceView): Line {
  const { id, name } = view.device;
  return [span(id, 'strong'), blank(1), span(name, 'dim')];
}

function ratioCell(measured: Measured<Ratio>, role: Role, meter: number): Line {
  const number = figure(measured, percent, role);
  if (meter === 0 || !isKnown(measured)) return [number];
  return [...bar(measured.value, meter, role), span(number.text.padStart(6), number.role)];
}

/** `╰ ███▒▒▒▒▒▒░░···  busy, but with a fifth of its arithmetic` */
function gapLine(view: DeviceView, width: number): Line {
  const cells = Math.min(40, Math.max(8, Math.floor(width / 4)));
  return [span('╰ ', 'rule'), ...gapBar(view, cells), blank(2), span(view.gap, 'gap')];
}

/**
 * One bar for three figures: how far the arithmetic goes, then the lower and the higher of kernelBusy and util. On
 * a CPU util can be the lower: kernels run all along, on part of its cores.
 */
export function gapBar(view: DeviceView, width: number): Line {
  const reaches = [
    { upTo: ratioOf(view.peakShare), glyph: '█', role: 'peak' as const },
    { upTo: ratioOf(view.kernelBusy), glyph: '▒', role: 'real' as const },
    { upTo: ratioOf(view.util), glyph: '░', role: 'coarse' as const },
  ].sort((one, other) => one.upTo - other.upTo);
  return stackedBar(
    reaches.map(({ upTo, glyph, role }, index) => ({
      share: upTo - (reaches[index - 1]?.upTo ?? 0),
      glyph,
      role,
    })),
    width,
  );
}

function ratioOf(measured: Measured<Ratio>): number {
  return isKnown(measured) && Number.isFinite(measured.value) ? Math.min(1, Math.max(0, measured.value)) : 0;
}
