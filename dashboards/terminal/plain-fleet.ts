import type { FleetRow, FleetView } from '../../src/analysis/fleet/fleet-view.ts';
import { clean } from '../../src/model/clean-text.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import { measuredText, percent, plural, quantity } from '../../src/model/numbers.ts';
import { ageText, toldFromSeconds } from '../model/fleet-hosts.ts';

/**
 * A fleet in plain lines, one a host, in the order of the view; what is wrong with the source first. Without escapes.
 * @param most hosts that have a line; the last one counts the others
 */
export function plainFleet({ from, troubles, rows, omittedHosts }: FleetView, most: number): string[] {
  const more = rows.length - Math.min(rows.length, most) + omittedHosts;
  return [
    ...troubles.map((trouble) => `${clean(from)}: ${clean(trouble)}`),
    ...rows.slice(0, most).map(hostText),
    ...(more > 0 ? [`${plural(more, 'more host')}; --json has them`] : []),
  ];
}

function hostText(row: FleetRow): string {
  const { host, condition, why, ageSeconds, gpus, gone, words } = row;
  const age = ageSeconds === null || ageSeconds < toldFromSeconds ? [] : [`${ageText(ageSeconds)} old`];
  if (condition !== 'up')
    return [clean(host), condition, ...age, clean(why)].filter((part) => part !== '').join(' | ');
  const share = (name: string, value: Measured): string => `${name} ${measuredText(value, percent)}`;
  const known = (name: string, value: Measured): string[] => (isKnown(value) ? [share(name, value)] : []);
  const ofGpus = [
    share('util', row.util),
    share('smActive', row.smActive),
    share('gap', row.gap),
    ...known('occupancy', row.occupancy),
    ...known('tensor', row.tensorActive),
    ...known('dram', row.dramActive),
    ...(isKnown(row.powerWatts) ? [`${row.powerWatts.value.toFixed(0)} W`] : []),
  ];
  const figures = [
    ...(gpus === 0 ? [] : ofGpus),
    ...(isKnown(row.samplesPerSecond) ? [`${quantity(row.samplesPerSecond.value)} samples/s`] : []),
  ].join(' ');
  const trains = row.training === '' ? '' : `trains ${clean(row.training)}`;
  const parts = [clean(host), plural(gpus, 'GPU'), figures, ...age, ...gone.map(clean), clean(words), trains];
  return parts.filter((part) => part !== '').join(' | ');
}
