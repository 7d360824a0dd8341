import type { FleetSort } from '../../../src/analysis/fleet/fleet-order.ts';
import type { FleetRow } from '../../../src/analysis/fleet/fleet-view.ts';
import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { percent, quantity, unknownMark } from '../../../src/model/numbers.ts';
import { ageText } from '../../model/fleet-hosts.ts';
import { figure } from '../text/figure.ts';
import { type Line, type Role, span } from '../text/style.ts';
import type { Column } from '../text/table.ts';
import { displayWidth } from '../text/width.ts';
import { gapBar } from './devices.ts';

/** From this width on, util and SM active are drawn as one bar too. */
const barsFrom = 170;
const barCells = 16;
/** Of the name of a host, with the mark of the cursor before it. */
const leastName = 10;
const mostName = 30;
/** Prometheus asks once a minute at the slowest in common settings: older is not the present. */
const oldSeconds = 60;
const gibi = 2 ** 30;

interface Wanted extends Column<FleetRow> {
  /** A figure that no host tells gives way. */
  readonly there: boolean;
}

/** What the table is drawn for. */
interface Look {
  readonly width: number;
  readonly sort: FleetSort;
  readonly chosen: FleetRow | undefined;
}

/** Cells that the names of hosts get. */
function nameCells(rows: readonly FleetRow[], width: number): number {
  const longest = rows.reduce((most, { host }) => Math.max(most, displayWidth(host) + 2), leastName);
  return Math.min(longest, mostName, Math.max(leastName, Math.floor(width / 3)));
}

/** `▸ node7`, and whether anything is wrong there. */
export function hostCell(row: FleetRow, chosen: FleetRow | undefined): Line {
  return [span(row === chosen ? '▸ ' : '  ', 'key'), span(row.host, row === chosen ? 'selected' : 'strong')];
}

/** The columns of the list: the host, util beside SM active and the gap between them, then what goes deeper. */
export function fleetColumns(rows: readonly FleetRow[], { width, sort, chosen }: Look): Column<FleetRow>[] {
  const known = (pick: (row: FleetRow) => Measured): boolean => rows.some((row) => isKnown(pick(row)));
  const column = (
    title: string,
    cells: number,
    rank: number,
    cell: (row: FleetRow) => Line,
    role: Role = 'dim',
    there = true,
  ): Wanted => ({
    title: title === sort ? `${title}▾` : title,
    titleRole: title === sort ? 'strong' : role,
    width: cells,
    align: 'right',
    rank,
    there,
    cell,
  });
  const ratio = (title: string, cells: number, rank: number, role: Role, pick: (row: FleetRow) => Measured) =>
    column(title, cells, rank, (row) => [figure(pick(row), percent, role)], role, rank === 0 || known(pick));
  const narrow = width < 60;
  const wanted: Wanted[] = [
    {
      ...column('host', nameCells(rows, width), 0, (row) => hostCell(row, chosen)),
      title: sort === 'host' ? '  host▾' : '  host',
      align: 'left',
    },
    column('GPUs', 4, 3, gpusCell),
    ratio('util', 5, 0, 'coarse', (row) => row.util),
    ratio(narrow ? 'SM' : 'SM active', narrow ? 4 : 10, 0, 'real', (row) => row.smActive),
    ratio('gap', 5, 0, 'gap', (row) => row.gap),
    {
      ...column('', barCells, 10, (row) => gapBar(row, barCells), 'dim', width >= barsFrom),
      align: 'left',
    },
    ratio('occupancy', 10, 5, 'occupancy', (row) => row.occupancy),
    ratio('tensor', 6, 4, 'peak', (row) => row.tensorActive),
    ratio('DRAM', 5, 6, 'dram', (row) => row.dramActive),
    column(
      'power',
      7,
      2,
      powerCell,
      'dim',
      known((row) => row.powerWatts),
    ),
    column(
      'memory',
      10,
      7,
      memoryCell,
      'dim',
      known((row) => row.memoryUsedBytes),
    ),
    column(
      '°C',
      4,
      8,
      temperatureCell,
      'dim',
      known((row) => row.temperatureCelsius),
    ),
    column(
      'samples/s',
      10,
      3,
      samplesCell,
      'dim',
      known((row) => row.samplesPerSecond),
    ),
    column('age', 5, 1, ageCell),
  ];
  return wanted.filter(({ there }) => there);
}

/** How many GPUs answer, of how many. */
function gpusCell({ gpus, gone }: FleetRow): Line {
  if (gone.length === 0) return [span(String(gpus), gpus === 0 ? 'dim' : 'plain')];
  return [span(`${gpus - gone.length}/${gpus}`, 'bad')];
}

function powerCell({ powerWatts }: FleetRow): Line {
  return [figure(powerWatts, (watts) => `${watts.toFixed(0)} W`)];
}

function memoryCell({ memoryUsedBytes: used, memoryTotalBytes: total }: FleetRow): Line {
  const text = (bytes: number): string => String(Math.round(bytes / gibi));
  if (!isKnown(used)) return [span(unknownMark, 'dim')];
  return [figure(used, text), span(isKnown(total) ? `/${text(total.value)}G` : 'G', 'dim')];
}

function temperatureCell({ temperatureCelsius }: FleetRow): Line {
  return [figure(temperatureCelsius, (celsius) => celsius.toFixed(0))];
}

function samplesCell({ samplesPerSecond }: FleetRow): Line {
  return [figure(samplesPerSecond, quantity)];
}

function ageCell({ ageSeconds }: FleetRow): Line {
  return [span(ageText(ageSeconds), ageSeconds !== null && ageSeconds > oldSeconds ? 'warn' : 'dim')];
}
