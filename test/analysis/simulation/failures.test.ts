import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Failures, keptShare } from '../../../src/analysis/simulation/failures.ts';
import { placedRandom } from '../../../src/analysis/simulation/random.ts';
import { isNear } from './simulation-settings.ts';

const test = suite('simulation: failures');
const failures: Failures = {
  meanSecondsBetween: 100_000,
  checkpointEverySeconds: 600,
  checkpointSeconds: 30,
  restartSeconds: 120,
  onFailure: 'restart',
};

/** Stretches between checkpoints, each tried again after a failure until it is through. */
function trainedShare(replicas: number): number {
  const { meanSecondsBetween, checkpointEverySeconds, checkpointSeconds, restartSeconds } = failures;
  const random = placedRandom(5);
  const stretches = 20_000;
  let seconds = 0;
  for (let stretch = 0; stretch < stretches; stretch++) {
    for (let attempt = 0; ; attempt++) {
      const failsAt = (-Math.log(1 - random.uniform(stretch, attempt)) * meanSecondsBetween) / replicas;
      if (failsAt >= checkpointEverySeconds + checkpointSeconds) break;
      seconds += failsAt + restartSeconds;
    }
    seconds += checkpointEverySeconds + checkpointSeconds;
  }
  return (stretches * checkpointEverySeconds) / seconds;
}

test('starting again from checkpoints leaves what failures one by one leave', () => {
  for (const replicas of [8, 64, 256]) {
    const [formula, events] = [keptShare(failures, 'sync', replicas), trainedShare(replicas)];
    assert.ok(isNear(formula, events, 0.02), `${replicas}: ${formula} and ${events}`);
  }
});

test('who goes on with fewer loses the one that is away, however many there are', () => {
  const away = 120 / (100_000 + 120);
  const expected = (1 - away) * (600 / 630);
  assert.ok(isNear(keptShare(failures, 'async', 256), expected));
  assert.ok(isNear(keptShare({ ...failures, onFailure: 'fewer' }, 'sync', 256), expected));
  assert.ok(keptShare(failures, 'local', 256) < expected);
});

test('more GPUs and rarer checkpoints lose more', () => {
  const kept = [1, 16, 256, 4096].map((replicas) => keptShare(failures, 'sync', replicas));
  assert.equal(
    kept,
    [...kept].sort((a, b) => b - a),
  );
  assert.ok(keptShare({ ...failures, checkpointEverySeconds: 60_000 }, 'sync', 256) < 1e-3);
});

test.run();
