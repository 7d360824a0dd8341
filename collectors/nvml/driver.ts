import { messageOf } from '../../src/model/errors.ts';
import { DeviceCalls } from './calls.ts';
import type { NvmlLibrary } from './library.ts';
import { returnCodes, whyOf } from './return-codes.ts';

/** Loads the library; rejects with a sentence where it cannot be had. */
export type LoadLibrary = () => Promise<NvmlLibrary>;

/** An initialised driver library. */
export interface Driver {
  readonly library: NvmlLibrary;
  readonly version: string;
}

export type Connection =
  | { readonly kind: 'open'; readonly driver: Driver }
  | { readonly kind: 'failed'; readonly why: string }
  /** The driver has not answered; `later` resolves when it does. */
  | { readonly kind: 'hangs'; readonly why: string; readonly later: Promise<Connection> };

/** Loads and initialises the library; never throws, and never waits longer than the limit. */
export async function connect(load: LoadLibrary, limitMs: number): Promise<Connection> {
  const opened = open(load);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Connection>((resolve) => {
    const why = `The NVIDIA driver has not answered nvmlInit for ${limitMs / 1000} s; see \`dmesg | grep -i nvrm\`.`;
    timer = setTimeout(() => setImmediate(resolve, { kind: 'hangs', why, later: opened }), limitMs);
  });
  try {
    return await Promise.race([opened, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function open(load: LoadLibrary): Promise<Connection> {
  try {
    const library = await load();
    const calls = new DeviceCalls(library);
    const code = await calls.call('nvmlInit_v2');
    if (code !== returnCodes.success) return { kind: 'failed', why: whyNotOpened(code) };
    const version = (await calls.text('nvmlSystemGetDriverVersion')) ?? 'of unknown version';
    return { kind: 'open', driver: { library, version } };
  } catch (error) {
    return { kind: 'failed', why: messageOf(error) };
  }
}

function whyNotOpened(code: number): string {
  if (code === returnCodes.noPermission) {
    return 'No permission to use the NVIDIA driver; ask the administrator for access to /dev/nvidiactl and /dev/nvidia0.';
  }
  return whyOf(code, 'nvmlInit_v2');
}

/** How many GPUs the driver lists, or why it does not tell. */
export async function countGpus(calls: DeviceCalls): Promise<number | string> {
  const code = await calls.call('nvmlDeviceGetCount_v2', calls.out);
  if (code !== returnCodes.success) return whyOf(code, 'nvmlDeviceGetCount_v2');
  return calls.view.getUint32(0, true);
}

/** What stands behind an index now, or why the driver does not tell. */
export async function identify(
  calls: DeviceCalls,
  index: number,
): Promise<{ readonly handle: bigint; readonly uuid: string | null } | { readonly code: number }> {
  const code = await calls.call('nvmlDeviceGetHandleByIndex_v2', index, calls.out);
  if (code !== returnCodes.success) return { code };
  const handle = calls.view.getBigUint64(0, true);
  return { handle, uuid: await calls.text('nvmlDeviceGetUUID', handle) };
}

export const noGpuFound =
  'The NVIDIA driver is loaded and finds no GPU; see `lspci | grep -i nvidia` and `dmesg | grep -i nvrm`.';
