import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  drawSeconds,
  meanSeconds,
  type StepTimes,
  slownessFactors,
} from '../../../src/analysis/simulation/step-times.ts';
import { isNear } from './simulation-settings.ts';

const test = suite('simulation: step times');
const alike = new Float64Array(100).fill(1);

function draws(times: StepTimes, seed = 1): number[] {
  const draw = drawSeconds(times, seed, alike);
  return Array.from({ length: 50_000 }, (_, at) => draw(at % 100, Math.floor(at / 100)));
}

function momentsOf(values: readonly number[]): { mean: number; variation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variation: Math.sqrt(variance) / mean };
}

test('lognormal times have the mean and the variation that were asked for', () => {
  for (const asked of [0.05, 0.5]) {
    const { mean, variation } = momentsOf(draws({ kind: 'lognormal', meanSeconds: 0.1, variation: asked }));
    assert.ok(isNear(mean, 0.1, 0.01), `${mean}`);
    assert.ok(isNear(variation, asked, 0.03), `${variation}`);
  }
});

test('draws of neighbours hang together neither over replicas nor over steps', () => {
  const draw = drawSeconds({ kind: 'lognormal', meanSeconds: 1, variation: 0.1 }, 7, alike);
  const correlation = (dReplica: number, dStep: number): number => {
    let sum = 0;
    for (let at = 0; at < 20_000; at++) {
      const [replica, step] = [at % 99, Math.floor(at / 99)];
      sum += (draw(replica, step) - 1) * (draw(replica + dReplica, step + dStep) - 1);
    }
    return sum / 20_000 / 0.01;
  };
  for (const neighbour of [correlation(1, 0), correlation(0, 1), correlation(1, 1)]) {
    assert.ok(Math.abs(neighbour) < 0.03, `${neighbour}`);
  }
});

test('recorded times are drawn as often as they were recorded', () => {
  const times: StepTimes = { kind: 'recorded', seconds: Float64Array.of(1, 1, 1, 2) };
  const drawn = draws(times);
  assert.equal([...new Set(drawn)].sort(), [1, 2]);
  assert.ok(isNear(momentsOf(drawn).mean, meanSeconds(times), 0.01));
});

test('a draw hangs on seed, replica and step, and on no order', () => {
  const times: StepTimes = { kind: 'lognormal', meanSeconds: 0.1, variation: 0.2 };
  const [one, other] = [drawSeconds(times, 3, alike), drawSeconds(times, 3, alike)];
  const forward = [one(0, 0), one(1, 0), one(0, 1)];
  assert.equal([other(0, 1), other(1, 0), other(0, 0)].reverse(), forward);
  assert.is.not(drawSeconds(times, 4, alike)(0, 0), forward[0]);
});

test('a share of replicas is slow, evenly spread, and a straggler that is named besides', () => {
  const factors = slownessFactors({ stragglers: [{ replica: 0, factor: 3 }], share: 0.25, factor: 1.5 }, 8);
  assert.equal([...factors], [3, 1, 1.5, 1, 1, 1, 1.5, 1]);
  assert.equal(
    [...slownessFactors({ stragglers: [{ replica: 5, factor: 3 }], share: 0, factor: 1 }, 2)],
    [1, 1],
  );
  assert.is(drawSeconds({ kind: 'constant', meanSeconds: 0.1 }, 1, factors)(0, 0), 0.1 * 3);
});

test.run();
