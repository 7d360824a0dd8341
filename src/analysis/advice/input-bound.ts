import type { Timeline } from '../../model/timeline.ts';
import { type InputWait, inputWait } from '../input-wait.ts';
import { measureSteps } from '../utilization/index.ts';
import { subject, windowSeconds, worstDevice } from './by-device.ts';
import { type Advice, type Finding, percent } from './finding.ts';
import { isInput, namesOf, secondsOf, shareOf, time } from './idle-causes.ts';

const id = 'input-bound';
/** Share of time from which on input is worth a person's time; half of it is measurable and no cause of anything. */
const worthwhile = 0.1;
/** Fewer steps, or less time, may be the first batch only, which every loader starts with. */
const enoughSteps = 3;
const enoughSeconds = 0.5;
const remedy =
  'Load in parallel and ahead of time: more DataLoader workers, prefetching, pinned memory, decoding or augmenting on the GPU.';

export const inputBound: Advice = {
  id,
  looksFor: 'a device that waits while the host loads the next batch',
  check(timeline, sinceNs) {
    // What the training measures itself is nearer than what ranges of the host and gaps of the device tell.
    const waited = inputWait(timeline, sinceNs) ?? inputWait(timeline);
    if (waited !== null) return byWaits(waited);
    if (timeline.host.blocks.length === 0) {
      return recheck('Nothing is recorded of what the host did while the device waited.');
    }
    return timeline.steps.length > 0 ? withinSteps(timeline) : withinWindow(timeline);
  },
};

function byWaits(waited: InputWait): Finding {
  const { share, waitSeconds, stepSeconds, steps, queueDepth, queueCapacity, emptyShare } = waited;
  if (steps < enoughSteps) return recheck(`${steps} steps are too few to tell.`);
  const of = queueCapacity === null ? '' : ` of ${queueCapacity}`;
  const queue =
    queueDepth === null || emptyShare === null
      ? ''
      : ` The queue was empty at ${percent(emptyShare)} of the fetches; ${queueDepth.toFixed(1)}${of} batches were ready on average.`;
  const evidence = `Over ${steps} steps the training waited ${time(waitSeconds)} of ${time(stepSeconds)} for its batch.${queue}`;
  return judge(share, evidence, 'The training');
}

function withinSteps(timeline: Timeline): Finding {
  const { steps, hostWork } = measureSteps(timeline);
  if (steps.length < enoughSteps) return recheck(`${steps.length} steps are too few to tell.`);
  const share = shareOf(hostWork, isInput);
  const evidence =
    share > 0
      ? `In ${percent(share)} of the time of ${steps.length} steps the device ran nothing while the host loaded input: ${namesOf(hostWork.filter(isInput))}.`
      : `In ${steps.length} steps no range that loads input coincides with an idle device.`;
  return judge(share, evidence, 'The device');
}

function withinWindow(timeline: Timeline): Finding {
  const title = 'Too little is recorded to judge the input';
  return worstDevice(timeline, id, { title, evidence: '' }, (device, used) => {
    const seconds = windowSeconds(used);
    if (seconds < enoughSeconds) return null;
    const { hostWork } = used.idle;
    const share = secondsOf(hostWork, isInput) / seconds;
    const evidence =
      share > 0
        ? `For ${percent(share)} of its window ${device.id} waited while the host loaded input: ${namesOf(hostWork.filter(isInput))}.`
        : `No range that loads input coincides with an idle ${device.id}.`;
    return { finding: judge(share, evidence, subject(timeline, device)), weight: share };
  });
}

function judge(share: number, evidence: string, who: string): Finding {
  return share < worthwhile
    ? { id, severity: 'ok', title: 'Input is ready in time', evidence, remedy: '' }
    : {
        id,
        severity: 'warn',
        title: `${who} waits for input ${percent(share)} of the time`,
        evidence,
        remedy,
      };
}

function recheck(evidence: string): Finding {
  return { id, severity: 'recheck', title: 'Input cannot be judged', evidence, remedy: '' };
}
