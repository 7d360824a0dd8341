import { hostname } from 'node:os';
import type { Device } from '../../src/model/device.ts';
import { absent, known } from '../../src/model/measured.ts';
import { metrics } from '../../src/model/series.ts';
import type { DcgmDevice, DcgmFigure } from './parse.ts';
import { isUrl } from './read-page.ts';

/** A device of the page, as it is written. */
export interface SeenDevice {
  readonly device: Device;
  /** Whether another source gives this GPU as well. */
  readonly joined: boolean;
  readonly figures: readonly DcgmFigure[];
  readonly properties: Readonly<Record<string, string>>;
}

const id = 'dcgm';
const notTold = 'dcgm-exporter does not tell this; NVML does.';

/**
 * Devices of a page, those known to another source under its id.
 * @param place where the page is from: GPUs of another machine must not take the ids of this one's
 */
export function devicesOf(
  page: readonly DcgmDevice[],
  place: string,
  deviceOf: (uuid: string) => string | null,
): readonly SeenDevice[] {
  const prefix = prefixOf(place);
  return page.map((one) => {
    const shared = one.uuid === '' ? null : deviceOf(one.uuid);
    const gpu = shared ?? `${prefix}gpu${one.index}`;
    const total = one.figures.find(({ metric }) => metric === metrics.memoryTotalBytes);
    const name = one.name || 'NVIDIA GPU';
    const own = {
      kind: 'gpu',
      vendor: 'NVIDIA',
      smCount: absent(notTold),
      computeCapability: absent(notTold),
      memoryBytes:
        total === undefined || total.value === null ? absent(total?.why ?? notTold) : known(total.value, id),
      peakFlops: absent('dcgm-exporter does not tell the peak of this GPU.'),
    } as const;
    const device: Device =
      one.mig === null
        ? {
            ...own,
            id: gpu,
            name,
            ...(one.uuid === '' ? {} : { uuid: one.uuid }),
            ...(one.pciBusId === '' ? {} : { pciBusId: one.pciBusId }),
          }
        : {
            ...own,
            // Other sources count MIG devices, DCGM gives the number of the GPU instance: the two must not meet.
            id: shared === null ? `${gpu}/mig${one.mig.instance}` : `${gpu}/instance${one.mig.instance}`,
            name: `${name} MIG ${one.mig.profile}`,
            parent: gpu,
          };
    const properties = one.driver === '' ? {} : { driver: one.driver };
    return { device, joined: shared !== null && one.mig === null, figures: one.figures, properties };
  });
}

function prefixOf(place: string): string {
  if (!isUrl(place) || !URL.canParse(place)) return '';
  const host = new URL(place).hostname;
  const here = ['localhost', '127.0.0.1', '[::1]', hostname().toLowerCase()];
  return here.includes(host) ? '' : `${host}:`;
}
