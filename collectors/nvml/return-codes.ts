/** What NVML's functions return (`nvmlReturn_t` in nvml.h), as far as warpwatch acts on it. */
export const returnCodes = {
  success: 0,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  timeout: 10,
  functionNotFound: 13,
  gpuIsLost: 15,
  versionMismatch: 25,
} as const;

/** A sentence for each code; the argument is the function that was called. */
const sentences: Readonly<Record<number, (call: string) => string>> = {
  1: () => 'The driver library was shut down while it was in use; start warpwatch again.',
  2: (call) =>
    `The driver took ${call} for an invalid call; please report this with the version of the driver.`,
  3: (call) => `The driver does not give this figure for this GPU (${call}: not supported).`,
  4: (call) => `No permission for ${call}; run as root, or ask the administrator for access to the GPU.`,
  6: (call) => `The driver found nothing to answer ${call} with; it is asked again.`,
  7: (call) => `The answer to ${call} was larger than the room for it; it is asked again.`,
  8: () => 'A power cable of the GPU is not attached properly; check the cables.',
  9: () =>
    'The NVIDIA driver is not loaded; load it with `modprobe nvidia` as root, or see `dmesg` for why it failed.',
  10: (call) => `The driver ran into a time limit in ${call}; it is asked again.`,
  11: () => 'The kernel has trouble with an interrupt of a GPU; see `dmesg | grep -i nvrm`.',
  12: () => 'A library of the NVIDIA driver is missing; install the driver again.',
  13: (call) => `This driver does not implement ${call}; update the driver.`,
  14: () => 'The infoROM of the GPU is damaged; the vendor can tell how to repair it.',
  15: () =>
    'The GPU is lost: it fell off the bus or cannot be reached; see `dmesg | grep -i xid`, then restart the machine.',
  16: () =>
    'The GPU must be reset before it can be used: `nvidia-smi --gpu-reset` as root, with nothing running on it.',
  17: () => 'The operating system or a cgroup blocks the GPU; check the device rules of the container.',
  18: () =>
    'The driver in the kernel and its library have different versions, as after an update; reboot or reload the driver.',
  19: () => 'The GPU is in use in a way that does not allow this; it is asked again.',
  20: () => 'The driver has no memory left for the answer; see what fills the memory of this machine.',
  21: (call) => `The driver has no data for ${call} now; it is asked again.`,
  23: () => 'The driver ran out of a resource; it is asked again.',
  25: (call) => `This driver does not know the form of ${call} that warpwatch uses; update the driver.`,
  26: (call) => `This driver no longer gives ${call}; update warpwatch.`,
  27: () => 'The driver is not ready for this; it is asked again.',
  28: () => 'The driver finds no GPU; see `lspci | grep -i nvidia` and `dmesg | grep -i nvrm`.',
  29: () => 'The GPU is in a state that does not allow this; it is asked again.',
  999: (call) => `The driver failed inside in ${call}; see \`dmesg | grep -i nvrm\`.`,
};

/**
 * Why a call gave nothing, as a sentence.
 * @param code what the function returned, not 0
 * @param call the function's name
 */
export function whyOf(code: number, call: string): string {
  return (
    sentences[code]?.(call) ?? `The driver answered ${call} with ${code}, which warpwatch does not know.`
  );
}
