import { messageOf, systemErrorCode } from '../../model/errors.ts';
import type { Recorder } from './recorder.ts';

/** What the keys of the dashboard may do to the world; each tells one sentence of how it went. */
export interface TopControl {
  signal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): string;
  /** Begins a recording; returns its directory. */
  startRecording(): string;
  stopRecording(): string;
}

/** Signals and recordings of `top` on this machine. */
export function controlOf(recorder: Recorder): TopControl {
  return {
    signal: sendSignal,
    startRecording: () => recorder.start(),
    stopRecording: () => {
      const directory = recorder.stop();
      return directory === null ? 'Nothing is being recorded.' : `The recording is in ${directory}.`;
    },
  };
}

function sendSignal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): string {
  try {
    process.kill(pid, signal);
    return `${signal} was sent to ${pid}.`;
  } catch (error) {
    switch (systemErrorCode(error)) {
      case 'ESRCH':
        return `There is no process ${pid} any more.`;
      case 'EPERM':
        return `Process ${pid} is another user's: only that user or root may signal it.`;
      default:
        return `${signal} could not be sent to ${pid}: ${messageOf(error)}.`;
    }
  }
}
