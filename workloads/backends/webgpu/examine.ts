import { fork } from 'node:child_process';
import { ownModule } from '../../../src/recording/own-module.ts';
import type { Adapter } from './adapters.ts';

/** What the process that asks Dawn says. */
export type AdapterReply = { readonly adapters: readonly Adapter[] } | { readonly why: string };

export type AdapterReport =
  | { readonly adapters: readonly Adapter[]; readonly why: null }
  /** `why`: which part is missing and what to do. */
  | { readonly adapters: readonly []; readonly why: string };

/** Drivers of a GPU that is asleep take seconds to wake it. */
const deadlineMs = 10_000;
/** Of what drivers print, so much is kept. */
const keptText = 4000;

/**
 * Lists the adapters from a process of its own: Dawn and drivers write their troubles to stderr, where alone it can be
 * read why there is none, and a driver that crashes takes nothing with it. Never throws.
 */
export function examineAdapters(): Promise<AdapterReport> {
  const child = fork(ownModule('workloads/backends/webgpu/examine-process'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptText);
  });
  let reply: AdapterReply | null = null;
  child.on('message', (message) => {
    reply = message as AdapterReply;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(reportOf(reply, said, signal ?? `exit code ${code}`));
    });
  });
}

/** Why Dawn finds no adapter, as a sentence. */
export async function whyNoAdapter(): Promise<string> {
  return (
    (await examineAdapters()).why ?? 'WebGPU found no adapter at first and one a moment later; try again.'
  );
}

/** Puts what the process said into one answer. */
export function reportOf(reply: AdapterReply | null, said: string, end: string): AdapterReport {
  if (reply === null) {
    const why =
      end === 'SIGKILL'
        ? `Dawn did not list its adapters within ${deadlineMs / 1000} s; a driver hangs.`
        : `Dawn broke off while it listed its adapters (${end}); a driver is broken.`;
    return { adapters: [], why };
  }
  if ('why' in reply) return { adapters: [], why: reply.why };
  if (reply.adapters.length > 0) return { adapters: reply.adapters, why: null };
  return { adapters: [], why: /couldn't load vulkan/i.test(said) ? noLoader : noAdapter() };
}

const noLoader =
  'There is no Vulkan loader (libvulkan.so.1), which WebGPU needs on Linux; install libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora, Arch: vulkan-icd-loader).';

function noAdapter(): string {
  if (process.platform !== 'linux') return 'WebGPU finds no GPU here.';
  return (
    "WebGPU finds no GPU here: no Vulkan driver answers; install your GPU's (NVIDIA: its driver, and in containers " +
    'NVIDIA_DRIVER_CAPABILITIES=graphics,compute,utility; AMD and Intel: mesa-vulkan-drivers).'
  );
}
