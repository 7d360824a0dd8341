import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import type { uvu } from 'uvu';

/** Where Debian's chromium keeps SwiftShader, a Vulkan driver in software, and a Vulkan loader. */
const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const folder = folders.find((place) => existsSync(join(place, 'vk_swiftshader_icd.json')));

/** A part of the name of the software adapter. */
export const softwareAdapter = 'swiftshader';

/** The variables with which a program finds the software GPU and no other; empty where there is none. */
export const softwareGpu: Readonly<Record<string, string>> =
  folder === undefined
    ? {}
    : {
        VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'),
        LD_LIBRARY_PATH: folder,
        // Without it the driver complains on stderr.
        XDG_RUNTIME_DIR: tmpdir(),
      };

type Register<T> = (name: string, handler: uvu.Callback<T>) => void;

/**
 * Registers tests that need the software GPU, and lends them its variables. Where it is missing they are skipped by name
 * and counted; under CI that is a failure, since `.ci/run` installs chromium.
 */
export function needsSoftwareGpu<T>(test: uvu.Test<T>): Register<T> {
  if (folder === undefined && process.env['CI'] !== 'true') {
    return (name, handler) => {
      process.stdout.write(`skipped: "${name}" needs the SwiftShader of Debian's chromium\n`);
      test.skip(name, handler);
    };
  }
  const before: Record<string, string | undefined> = {};
  test.before(() => {
    for (const name of Object.keys(softwareGpu)) before[name] = process.env[name];
    lendSoftwareGpu();
  });
  test.after(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  return test;
}

/** Makes the software GPU the one that this process and its children find; false where there is none. */
export function lendSoftwareGpu(): boolean {
  if (folder === undefined) return false;
  Object.assign(process.env, softwareGpu);
  // Dawn opens the loader by its name, and gets one of that name that the process holds already: the path of the
  // libraries is read when a process starts.
  if (held.length === 0) held.push(koffi.load(join(folder, 'libvulkan.so.1')));
  return true;
}

/** A library that nothing refers to is closed again. */
const held: unknown[] = [];
