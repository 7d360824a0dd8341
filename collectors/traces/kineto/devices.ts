import type { Device } from '../../../src/model/device.ts';
import { absent, known, type Measured } from '../../../src/model/measured.ts';
import { isObject, type Loose, parseLoosely, wholeNumber } from './members.ts';

const from = 'kineto deviceProperties';
const whyNone = 'The trace has no deviceProperties for this device; profile with PyTorch 1.9 or newer.';
const whyNoPeak = 'A trace does not tell the peak of its device.';
const namesOfNvidia = /nvidia|geforce|tesla|quadro|titan|\brtx\b|\b(?:[vahb]|gh|gb)\d{2,3}\b/i;
const namesOfAmd = /\bamd\b|radeon|instinct|\bmi\d{2,3}/i;

/** What the trace says of its devices, by the number that events use. */
export class DeviceProperties {
  readonly #entries: readonly Loose[];
  readonly #hip: boolean;

  /** @param hip whether the trace is of ROCm */
  constructor(text: string | undefined, hip: boolean) {
    const list = parseLoosely(text);
    this.#entries = Array.isArray(list) ? list.filter(isObject) : [];
    this.#hip = hip;
  }

  device(number: number): Device {
    const entry = this.#entryOf(number);
    const name =
      typeof entry?.['name'] === 'string' && entry['name'] !== '' ? entry['name'] : `GPU ${number}`;
    const vendor = vendorOf(name, this.#hip);
    return {
      id: deviceId(number),
      kind: 'gpu',
      name,
      vendor,
      smCount: measured(wholeNumber(entry?.['numSms'], 1)),
      computeCapability:
        vendor === 'AMD' ? absent('AMD GPUs have no compute capability.') : capability(entry),
      memoryBytes: measured(wholeNumber(entry?.['totalGlobalMem'], 1)),
      peakFlops: absent(whyNoPeak),
    };
  }

  /** Where a process saw one device, the trace may list it under another number than its events use. */
  #entryOf(number: number): Loose | undefined {
    const own = this.#entries.find((entry) => entry['id'] === number);
    return own ?? (this.#entries.length === 1 ? this.#entries[0] : undefined);
  }
}

/** Id of the device that a trace numbers so. */
export function deviceId(number: number): string {
  return `gpu${number}`;
}

function vendorOf(name: string, hip: boolean): string {
  if (hip || namesOfAmd.test(name)) return 'AMD';
  return namesOfNvidia.test(name) ? 'NVIDIA' : 'unknown';
}

function capability(entry: Loose | undefined): Measured<string> {
  const major = wholeNumber(entry?.['computeMajor'], 1);
  const minor = wholeNumber(entry?.['computeMinor']);
  return major === undefined || minor === undefined ? absent(whyNone) : known(`${major}.${minor}`, from);
}

function measured(value: number | undefined): Measured {
  return value === undefined ? absent(whyNone) : known(value, from);
}
