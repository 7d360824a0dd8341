import type { DeviceCalls } from './calls.ts';
import { missingFunction } from './figure-reader.ts';
import { returnCodes, whyOf } from './return-codes.ts';
import type { NvmlFunction } from './signatures.ts';

/** A process as the driver lists it. */
export interface ListedProcess {
  readonly pid: number;
  /** Null where the driver does not know. */
  readonly memoryBytes: number | null;
}

/** A process's share of a GPU between two looks. */
export interface ProcessSample {
  readonly pid: number;
  readonly timeMicroseconds: bigint;
  readonly smPercent: number;
}

/** Forms of the lists, the newest first; records of version 1 end before the ids of MIG instances. */
const forms = {
  compute: [
    { name: 'nvmlDeviceGetComputeRunningProcesses_v3', recordBytes: 24 },
    { name: 'nvmlDeviceGetComputeRunningProcesses_v2', recordBytes: 24 },
    { name: 'nvmlDeviceGetComputeRunningProcesses', recordBytes: 16 },
  ],
  graphics: [
    { name: 'nvmlDeviceGetGraphicsRunningProcesses_v3', recordBytes: 24 },
    { name: 'nvmlDeviceGetGraphicsRunningProcesses_v2', recordBytes: 24 },
    { name: 'nvmlDeviceGetGraphicsRunningProcesses', recordBytes: 16 },
  ],
} as const satisfies Readonly<Record<string, readonly { name: NvmlFunction; recordBytes: number }[]>>;

const sampleBytes = 32;
const firstRoom = 64;
/** More processes than this on one GPU are not believed. */
const mostRoom = 65_536;
/** NVML_VALUE_NOT_AVAILABLE as 64 bits. */
const notAvailable = 0xffff_ffff_ffff_ffffn;

/** A list whose length is not known before: it is asked for again with more room where there was too little. */
export class GrowingList {
  readonly #recordBytes: number;
  readonly #count = new DataView(new ArrayBuffer(8));
  #room = firstRoom;
  #bytes: ArrayBuffer;

  constructor(recordBytes: number) {
    this.#recordBytes = recordBytes;
    this.#bytes = new ArrayBuffer(firstRoom * recordBytes);
  }

  /** Asks, and gives the code and a view of exactly the records that came. */
  async ask(
    ask: (records: Uint8Array, count: Uint8Array) => Promise<number>,
  ): Promise<{ readonly code: number; readonly records: DataView }> {
    for (;;) {
      this.#count.setUint32(0, this.#room, true);
      const code = await ask(new Uint8Array(this.#bytes), new Uint8Array(this.#count.buffer));
      const count = this.#count.getUint32(0, true);
      if (code === returnCodes.insufficientSize && this.#room < mostRoom) {
        // Between two calls more may come.
        this.#room = Math.min(mostRoom, Math.max(count + firstRoom, this.#room * 2));
        this.#bytes = new ArrayBuffer(this.#room * this.#recordBytes);
        continue;
      }
      const came = code === returnCodes.success ? Math.min(count, this.#room) : 0;
      return { code, records: new DataView(this.#bytes, 0, came * this.#recordBytes) };
    }
  }
}

/** Asks for the compute or the graphics processes of a device. */
export class ProcessListReader {
  readonly #forms: readonly { readonly name: NvmlFunction; readonly recordBytes: number }[];
  readonly #missing: string;
  #form = 0;
  #list: GrowingList | null = null;

  constructor(kind: keyof typeof forms, calls: DeviceCalls, driver: string) {
    this.#forms = forms[kind].filter(({ name }) => calls.library.has(name));
    this.#missing = missingFunction(forms[kind][0].name, driver);
  }

  /** The list, or why there is none. */
  async read(calls: DeviceCalls, handle: bigint): Promise<readonly ListedProcess[] | string> {
    const form = this.#forms[this.#form];
    if (form === undefined) return this.#missing;
    this.#list ??= new GrowingList(form.recordBytes);
    const { code, records } = await this.#list.ask((bytes, count) =>
      calls.call(form.name, handle, count, bytes),
    );
    if (code === returnCodes.success) return parseProcessList(records, form.recordBytes);
    const older = code === returnCodes.functionNotFound || code === returnCodes.versionMismatch;
    if (!older || this.#form + 1 >= this.#forms.length) return whyOf(code, form.name);
    this.#form += 1;
    this.#list = null;
    return this.read(calls, handle);
  }
}

/** Records of nvmlProcessInfo_t: process id @0, bytes @8. */
export function parseProcessList(records: DataView, recordBytes: number): readonly ListedProcess[] {
  const listed: ListedProcess[] = [];
  for (let at = 0; at + recordBytes <= records.byteLength; at += recordBytes) {
    const bytes = records.getBigUint64(at + 8, true);
    listed.push({
      pid: records.getUint32(at, true),
      memoryBytes: bytes === notAvailable ? null : Number(bytes),
    });
  }
  return listed;
}

/** Records of nvmlProcessUtilizationSample_t: process id @0, time @8, SM percent @16. */
export function parseProcessSamples(records: DataView): readonly ProcessSample[] {
  const samples: ProcessSample[] = [];
  for (let at = 0; at + sampleBytes <= records.byteLength; at += sampleBytes) {
    samples.push({
      pid: records.getUint32(at, true),
      timeMicroseconds: records.getBigUint64(at + 8, true),
      smPercent: records.getUint32(at + 16, true),
    });
  }
  return samples;
}

export const processSampleBytes = sampleBytes;
