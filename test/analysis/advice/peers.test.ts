import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addCalled, type Called, finding, gpus, kernel, ms, said, times, us } from './gpu-timelines.ts';

const test = suite('advice on devices that work together');

/** Per device: computing time of each of 30 steps; what is left of 10 ms is a collective. */
function collectives(computeNs: readonly number[], steps = 30, hidden = false) {
  const timeline = gpus(computeNs.length);
  for (const [device, compute] of computeNs.entries()) {
    const at = timeline.addLaunch(kernel({ device: `gpu${device}` }));
    timeline.addLaunch(kernel({ device: `gpu${device}`, name: 'ncclDevKernel_AllReduce_Sum_f32_RING_LL' }));
    const start = hidden ? 0 : compute;
    addCalled(
      timeline,
      times(steps, (i): Called[] => [
        [at, i * 10 * ms, compute, 50 * us],
        [at + 1, i * 10 * ms + start, 10 * ms - compute, 50 * us],
      ]).flat(),
    );
  }
  return timeline;
}

test('communication that nothing hides', () => {
  const found = finding(collectives([7 * ms]), 'exposed-communication');
  assert.is(found.severity, 'warn');
  assert.match(found.title, /communicate 30 % of the time/);
  assert.match(found.evidence, /30 collectives.*90\.0 ms/);
  assert.is(said(collectives([7 * ms], 30, true), 'exposed-communication'), 'ok');
  assert.is(said(collectives([9.5 * ms]), 'exposed-communication'), 'ok');
  assert.is(said(collectives([7 * ms], 5), 'exposed-communication'), 'recheck');
  assert.is(said(gpus(), 'exposed-communication'), 'recheck');
});

test('a device that computes longer and waits less keeps the others waiting', () => {
  const found = finding(collectives([6 * ms, 6 * ms, 9 * ms, 6 * ms]), 'stragglers');
  assert.is(found.severity, 'warn');
  assert.match(found.title, /^gpu2 keeps the others waiting/);
  assert.match(found.evidence, /gpu2 computes 270\.0 ms and communicates 30\.0 ms.*30 %/);
});

test('equal devices keep step, one alone is not judged, and a trifle is none', () => {
  assert.is(said(collectives([6 * ms, 6.1 * ms]), 'stragglers'), 'ok');
  assert.is(said(collectives([6 * ms]), 'stragglers'), 'recheck');
  // Twelve percent more computing, and next to nothing to wait for.
  const timeline = gpus(2);
  for (const [device, compute] of [8.8 * ms, 9.9 * ms].entries()) {
    const at = timeline.addLaunch(kernel({ device: `gpu${device}` }));
    timeline.addLaunch(kernel({ device: `gpu${device}`, name: 'ncclKernel_AllReduce' }));
    addCalled(
      timeline,
      times(30, (i): Called[] => [
        [at, i * 10 * ms, compute, 50 * us],
        [at + 1, i * 10 * ms + compute, device === 0 ? 0.1 * ms : 0.05 * ms, 50 * us],
      ]).flat(),
    );
  }
  assert.is(said(timeline, 'stragglers'), 'ok');
});

test('ranks are compared where there are several', () => {
  const timeline = collectives([6 * ms, 9 * ms]);
  timeline.ranks.push(
    { rank: 3, worldSize: 8, devices: ['gpu0'] },
    { rank: 5, worldSize: 8, devices: ['gpu1'] },
  );
  assert.match(finding(timeline, 'stragglers').title, /^rank 5 keeps/);
});

test('of several devices the finding names the one that loses most', () => {
  assert.match(
    finding(collectives([9 * ms, 5 * ms]), 'exposed-communication').title,
    /^gpu1 does nothing but/,
  );
});

test.run();
