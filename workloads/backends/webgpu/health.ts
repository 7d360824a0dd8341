import { WarpwatchError } from '../../../src/model/errors.ts';

/** Watches whether a device goes on working. */
export interface DeviceHealth {
  /** Aborts with a WarpwatchError that names the adapter, once. */
  readonly broken: AbortSignal;
  /** From here on its end is meant. */
  release(): void;
}

/**
 * A command that fails on the GPU throws nowhere: what it should have written stays as it was, and a training would go on
 * with wrong numbers. So every error that the device reports breaks it.
 */
export function watchHealth(device: GPUDevice, adapterName: string): DeviceHealth {
  const controller = new AbortController();
  let released = false;
  const breaks = (sentence: string) => {
    if (!released) controller.abort(new WarpwatchError('no-device', sentence));
  };
  const onError = (event: GPUUncapturedErrorEvent) => {
    // It would be printed to stderr otherwise.
    event.preventDefault();
    breaks(sentenceOf(event.error, adapterName));
  };
  device.addEventListener('uncapturederror', onError);
  void device.lost.then(({ reason, message }) =>
    breaks(
      `The GPU ${adapterName} was lost (${reason}: ${oneLine(message)}); the log of its driver may say why, and what was recorded until then is whole.`,
    ),
  );
  return {
    broken: controller.signal,
    release() {
      released = true;
      device.removeEventListener('uncapturederror', onError);
    },
  };
}

function sentenceOf(error: GPUError, adapterName: string): string {
  if (error.constructor.name === 'GPUOutOfMemoryError') {
    return `The GPU ${adapterName} has no memory left for this; use a smaller --batch.`;
  }
  return `The GPU ${adapterName} refused a command: ${oneLine(error.message)}.`;
}

function oneLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.replace(/\.$/, '') || 'without a word';
}
