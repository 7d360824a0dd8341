import type { Page } from '../../model/choices.ts';

export type PanelId =
  | 'fleet'
  | 'header'
  | 'alerts'
  | 'notice'
  | 'devices'
  | 'gpu'
  | 'processes'
  | 'host'
  | 'history'
  | 'timeline'
  | 'ranks'
  | 'training'
  | 'kernels'
  | 'findings'
  | 'sources'
  | 'help'
  | 'footer';

/** A rectangle of the screen, its frame included, in cells from the upper left corner. */
export interface Panel {
  readonly id: PanelId;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly frame: 'none' | 'rule' | 'box';
}

/** What there is to show, as far as it decides on room. */
export interface Contents {
  readonly page: Page | 'help';
  /** Device rows. */
  readonly devices: number;
  /** Lines below them, on what is not known. */
  readonly deviceNotes: number;
  readonly kernels: number;
  /** Processes on GPUs. */
  readonly processes: number;
  readonly findings: number;
  readonly training: boolean;
  /** Lines on failure and damage. */
  readonly notices: number;
  /** Active ones. */
  readonly alerts: number;
}

/** From here on panels stand side by side, in boxes. */
const wideColumns = 110;
const wideRows = 32;
/** Share of the screen that device rows may take before what else there is to show. */
const mostOfNarrow = 0.85;
const mostOfWide = 0.7;
/** Up to this share they get a second line each, with the gap. */
const fullRows = 0.4;
/** Rows that the kernel table keeps beside the findings and the host. */
const leastTables = 12;
/** Rows that charts and tables below the devices need; with fewer there are charts alone. */
const leastBelow = 13;

/** Most lines of alerts above the devices, and of the sentences on failure and damage. */
const mostAlerts = 3;
const mostNotices = 3;
/** With fewer rows below the header its badge is all that there is of alerts. */
const leastForAlerts = 14;
/** Alerts take a second line only where the rows of the devices leave most of the screen. */
const devicesShareForAlerts = 1 / 3;

/** Rows that a panel of the narrow overview takes, its frame included. */
interface Wish {
  readonly id: PanelId;
  readonly frame: Panel['frame'];
  readonly least: number;
  readonly good: number;
  readonly most: number;
}

/**
 * Parts the screen into panels that do not overlap. Where room is short the less essential ones go first: what is
 * left last is the header and the device rows.
 */
export function layout(width: number, height: number, contents: Contents): Panel[] {
  if (width < 1 || height < 1) return [];
  const footer = height >= 4 ? 1 : 0;
  const body = { top: 1, rows: height - 1 - footer };
  const panels: Panel[] = [{ id: 'header', x: 0, y: 0, width, height: 1, frame: 'none' }];
  if (contents.page !== 'overview') {
    const framed = width >= wideColumns && height >= wideRows;
    const frame = framed ? 'box' : body.rows >= 3 ? 'rule' : 'none';
    if (body.rows > 0) panels.push({ id: contents.page, x: 0, y: 1, width, height: body.rows, frame });
  } else if (width >= wideColumns && height >= wideRows) {
    panels.push(...wideOverview(width, body.top, body.rows, contents));
  } else {
    panels.push(...narrowOverview(width, body.top, body.rows, contents));
  }
  if (footer > 0) panels.push({ id: 'footer', x: 0, y: height - 1, width, height: 1, frame: 'none' });
  return panels;
}

function narrowOverview(width: number, top: number, rows: number, contents: Contents): Panel[] {
  const heights = shareRows(wishesOf(contents, rows), rows);
  const order: PanelId[] = [
    'alerts',
    'notice',
    'devices',
    'host',
    'history',
    'training',
    'kernels',
    'processes',
    'findings',
  ];
  const panels: Panel[] = [];
  let y = top;
  for (const id of order) {
    const given = heights.get(id);
    if (given === undefined) continue;
    panels.push({ id, x: 0, y, width, height: given.rows, frame: given.frame });
    y += given.rows;
  }
  return panels;
}

/** Rows of the device panel without its frame: one a device, and with the gap below each. */
function deviceRows({ devices, deviceNotes }: Contents): { compact: number; full: number } {
  const rows = Math.max(devices, deviceNotes > 0 ? 0 : 1);
  return { compact: 1 + rows + deviceNotes, full: 1 + 2 * rows + deviceNotes };
}

/** Most essential first. */
function wishesOf(contents: Contents, rows: number): Wish[] {
  const { compact, full } = deviceRows(contents);
  const least = Math.max(2, Math.min(compact, Math.ceil(rows * mostOfNarrow)));
  const good = Math.max(least, Math.min(full, 7));
  const wishes: Wish[] = [{ id: 'devices', frame: 'none', least, good, most: full }];
  if (contents.alerts > 0 && rows >= leastForAlerts) {
    const most = compact <= rows * devicesShareForAlerts ? Math.min(mostAlerts, contents.alerts) : 1;
    wishes.push({ id: 'alerts', frame: 'none', least: 1, good: most, most });
  }
  if (contents.notices > 0) {
    wishes.push({
      id: 'notice',
      frame: 'none',
      least: 1,
      good: 1,
      most: Math.min(mostNotices, contents.notices),
    });
  }
  if (contents.training) wishes.push({ id: 'training', frame: 'rule', least: 3, good: 5, most: 16 });
  wishes.push(
    { id: 'history', frame: 'rule', least: 4, good: 7, most: 24 },
    tableOf(contents) === 'kernels'
      ? { id: 'kernels', frame: 'none', least: 2, good: 5, most: Math.max(5, contents.kernels + 1) }
      : { id: 'processes', frame: 'rule', least: 3, good: 5, most: 2 + Math.max(3, contents.processes) },
  );
  if (contents.findings > 0) {
    wishes.push({ id: 'findings', frame: 'none', least: 1, good: 1, most: contents.findings });
  }
  wishes.push({ id: 'host', frame: 'none', least: 1, good: 1, most: 1 });
  return wishes;
}

/** Kernels where they are recorded or to come, otherwise the processes that hold a GPU. */
function tableOf({ kernels, training, processes }: Contents): 'kernels' | 'processes' {
  return kernels > 0 || training || processes === 0 ? 'kernels' : 'processes';
}

/** Gives every wish its least as far as rows reach, then its good, then a row in turn; what is left stays empty. */
function shareRows(
  wishes: readonly Wish[],
  rows: number,
): Map<PanelId, { rows: number; frame: Panel['frame'] }> {
  const given = new Map<PanelId, { rows: number; frame: Panel['frame'] }>();
  let left = rows;
  const kept = wishes.filter((wish) => {
    if (wish.least > left) return false;
    left -= wish.least;
    given.set(wish.id, { rows: wish.least, frame: wish.frame });
    return true;
  });
  const grow = (wish: Wish, to: number): boolean => {
    const panel = given.get(wish.id);
    if (panel === undefined || panel.rows >= to || left === 0) return false;
    const more = Math.min(left, to - panel.rows);
    panel.rows += more;
    left -= more;
    return true;
  };
  for (const wish of kept) grow(wish, wish.good);
  let grew = true;
  while (left > 0 && grew) {
    grew = false;
    for (const wish of kept) {
      const now = given.get(wish.id)?.rows ?? 0;
      if (now < wish.most && grow(wish, now + 1)) grew = true;
    }
  }
  return given;
}

function wideOverview(width: number, top: number, rows: number, contents: Contents): Panel[] {
  const panels: Panel[] = [];
  let y = top;
  const strip = (id: 'alerts' | 'notice', height: number): void => {
    if (height > 0) panels.push({ id, x: 0, y, width, height, frame: 'none' });
    y += height;
  };
  strip('alerts', Math.min(mostAlerts, contents.alerts));
  strip('notice', Math.min(mostNotices, contents.notices));
  const { compact, full } = deviceRows(contents);
  const wantsFull = full + 2 <= Math.max(9, Math.floor(rows * fullRows));
  const devices = wantsFull ? full + 2 : Math.min(compact + 2, Math.floor(rows * mostOfWide));
  panels.push({ id: 'devices', x: 0, y, width, height: devices, frame: 'box' });
  y += devices;

  const left = top + rows - y;
  // The tables get what they can fill; the charts, which can fill any room, get the rest.
  const host = 4;
  const table = tableOf(contents);
  const wanted = Math.max(
    (table === 'kernels' ? contents.kernels : contents.processes) + 3,
    contents.findings * 4 + 2 + host,
  );
  const tables = Math.max(host + 3, Math.min(Math.max(wanted, leastTables), Math.round(left * 0.45)));
  const lower = left < leastBelow ? 0 : tables;
  const upper = left - lower;
  const history = contents.training ? Math.round(width * 0.55) : width;
  panels.push({ id: 'history', x: 0, y, width: history, height: upper, frame: 'box' });
  if (contents.training) {
    panels.push({ id: 'training', x: history, y, width: width - history, height: upper, frame: 'box' });
  }
  y += upper;

  if (lower === 0) return panels;
  const kernels = Math.round(width * 0.6);
  panels.push(
    { id: table, x: 0, y, width: kernels, height: lower, frame: 'box' },
    { id: 'findings', x: kernels, y, width: width - kernels, height: lower - host, frame: 'box' },
    { id: 'host', x: kernels, y: y + lower - host, width: width - kernels, height: host, frame: 'box' },
  );
  return panels;
}
