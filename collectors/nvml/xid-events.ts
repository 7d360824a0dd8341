import type { DeviceCalls } from './calls.ts';
import { missingFunction } from './figure-reader.ts';
import { returnCodes, whyOf } from './return-codes.ts';

/** nvmlEventTypeXidCriticalError. */
const xidEvent = 8n;
/** nvmlEventData_t: device, type @8, data @16. */
const eventType = 8;
const eventData = 16;
/** A GPU that fails may send many; the rest comes with the next look. */
const mostEventsALook = 16;

/** Errors of a GPU as they happen, by NVIDIA's XID numbers. */
export class XidEvents {
  readonly #driver: string;
  #set: bigint | null = null;
  #failed = false;

  constructor(driver: string) {
    this.#driver = driver;
  }

  /** The numbers since the last look, or why none can be had; an empty list once that has been said. */
  async read(calls: DeviceCalls, handle: bigint): Promise<readonly number[] | string> {
    if (this.#failed) return [];
    if (this.#set === null) {
      const why = await this.#open(calls, handle);
      if (why !== '') {
        this.#failed = true;
        return why;
      }
    }
    const numbers: number[] = [];
    while (this.#set !== null && numbers.length < mostEventsALook) {
      calls.out.fill(0, 0, 32);
      const code = await calls.call('nvmlEventSetWait_v2', this.#set, calls.out, 0);
      if (code !== returnCodes.success) break;
      if (calls.view.getBigUint64(eventType, true) === xidEvent) {
        numbers.push(Number(calls.view.getBigUint64(eventData, true)));
      }
    }
    return numbers;
  }

  async free(calls: DeviceCalls): Promise<void> {
    const set = this.#set;
    this.#set = null;
    if (set !== null) await calls.call('nvmlEventSetFree', set);
  }

  async #open(calls: DeviceCalls, handle: bigint): Promise<string> {
    for (const name of [
      'nvmlEventSetCreate',
      'nvmlDeviceRegisterEvents',
      'nvmlEventSetWait_v2',
      'nvmlEventSetFree',
    ] as const) {
      if (!calls.library.has(name)) return missingFunction(name, this.#driver);
    }
    const created = await calls.call('nvmlEventSetCreate', calls.out);
    if (created !== returnCodes.success) return whyOf(created, 'nvmlEventSetCreate');
    const set = calls.view.getBigUint64(0, true);
    const code = await calls.call('nvmlDeviceRegisterEvents', handle, xidEvent, set);
    if (code !== returnCodes.success) {
      await calls.call('nvmlEventSetFree', set);
      return whyOf(code, 'nvmlDeviceRegisterEvents');
    }
    this.#set = set;
    return '';
  }
}
