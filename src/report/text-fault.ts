import { clean } from '../model/clean-text.ts';
import type { WorkloadInfo } from '../model/training.ts';

/** Says that a fault was put in on purpose, to be put after what was trained; '' where none was. */
export function faultText({ fault }: WorkloadInfo): string {
  return fault === undefined || fault === '' ? '' : `; fault: ${clean(fault)} (on purpose)`;
}
