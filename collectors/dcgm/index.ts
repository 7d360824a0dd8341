import { messageOf } from '../../src/model/errors.ts';
import type { Collector, CollectorSettings, SourceReport } from '../collector.ts';
import { type DcgmTiming, defaultTiming, type Place, readReport, startDcgm } from './collect.ts';
import { devicesOf } from './devices.ts';

const id = 'dcgm';
const gives = 'counters of the profiling module (SM active, occupancy, pipes), util, memory, power, errors';
/** dcgm-exporter's own default. */
const defaultPlace = 'http://localhost:9400/metrics';

/**
 * A page of dcgm-exporter: the setting `dcgm`, else DCGM_EXPORTER_URL, else this machine's port 9400.
 * @param timing how often and how long; tests hurry
 */
export function createDcgm(timing: Partial<DcgmTiming> = {}): Collector {
  const times = { ...defaultTiming, ...timing };
  return {
    id,
    gives,
    mayBeElsewhere: true,
    examine: (settings) => examine(placeOf(settings), times),
    start: (sampling) => startDcgm(sampling, placeOf(sampling.settings), times),
  };
}

export const dcgm: Collector = createDcgm();

function placeOf({ dcgm: place }: CollectorSettings): Place {
  const given = place || process.env['DCGM_EXPORTER_URL'];
  return given ? { place: given, asked: true } : { place: defaultPlace, asked: false };
}

async function examine({ place }: Place, { deadlineMs }: DcgmTiming): Promise<SourceReport> {
  try {
    const report = await readReport(place, deadlineMs);
    const devices = devicesOf(report.devices, place, () => null).map(({ device, figures, properties }) => ({
      device,
      properties,
      gives: figures.filter(({ value }) => value !== null).map(({ metric }) => metric),
      lacks: figures.filter(({ value }) => value === null).map(({ metric, why }) => ({ metric, why })),
    }));
    const damaged = report.damagedLines + (report.cut ? 1 : 0);
    const trouble = damaged === 0 ? '' : `; ${damaged} lines could not be read`;
    return { id, gives, works: true, detail: `${place}, ${devices.length} devices${trouble}`, devices };
  } catch (error) {
    return { id, gives, works: false, detail: messageOf(error), devices: [] };
  }
}
