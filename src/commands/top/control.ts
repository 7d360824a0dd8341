import type { DashboardControl } from '../../../dashboards/terminal/dashboard.ts';
import { messageOf, systemErrorCode } from '../../model/errors.ts';
import type { Recorder } from './recorder.ts';

/** Signals and recordings of `top` on this machine. */
export function controlOf(recorder: Recorder): DashboardControl {
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
