import { existsSync, readdirSync } from 'node:fs';

/** Variables that name drivers to Vulkan's loader. */
const driverVariables = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'];
/** Devices of the kernel's graphics drivers, of NVIDIA's, and of Windows' below Linux. */
const deviceFiles = /^(?:nvidia\d+|nvidiactl|dxg)$/;

/**
 * Why there cannot be a GPU that Vulkan reaches, or null where there may be one. Looks at files alone, in 0.03 ms: waking
 * drivers takes long, and so does finding out why there are none, which a machine without a GPU should not pay at each
 * start.
 */
export function noSignOfGpu(
  platform: string = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  devices = '/dev',
): string | null {
  if (platform !== 'linux') return null;
  if (driverVariables.some((name) => environment[name])) return null;
  if (existsSync(`${devices}/dri`) || namesIn(devices).some((name) => deviceFiles.test(name))) return null;
  return `There is no GPU here: ${devices} has neither dri nor nvidia0.`;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
