import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribution, contextLimit } from '../../../collectors/tfjs/attribution.ts';

const test = suite('attribution');

const now = (attribution: Attribution) => {
  const { layer, phase } = attribution.current;
  return `${phase}:${layer.path}`;
};

test('layers join, phases replace one another, and both end with their body', () => {
  const attribution = new Attribution();
  const seen: string[] = [];
  attribution.phase('forward', () => {
    attribution.layer('block1', () => {
      attribution.layer('conv', () => seen.push(now(attribution)));
      attribution.phase('input', () => seen.push(now(attribution)));
      seen.push(now(attribution));
    });
  });
  assert.equal(seen, ['forward:block1/conv', 'input:block1', 'forward:block1']);
  assert.is(now(attribution), ':');
});

test('one pair of layer and phase is one context, by whichever way', () => {
  const attribution = new Attribution();
  const first = attribution.layer('a', () => attribution.phase('p', () => attribution.current));
  const second = attribution.phase('p', () => attribution.layer('a', () => attribution.current));
  assert.is(first, second);
});

test('a body that throws ends its stretch', () => {
  const attribution = new Attribution();
  assert.throws(() =>
    attribution.layer('a', () => {
      throw new Error('wrong');
    }),
  );
  assert.is(now(attribution), ':');
});

test('an asynchronous body keeps its stretch until it settles', async () => {
  const attribution = new Attribution();
  const done = await attribution.phase('evaluation', async () => {
    await null;
    return now(attribution);
  });
  assert.is(done, 'evaluation:');
  assert.is(now(attribution), ':');
  await attribution
    .phase('evaluation', async () => {
      await null;
      throw new Error('wrong');
    })
    .catch(() => undefined);
  assert.is(now(attribution), ':');
});

test('asynchronous bodies that overlap leave nothing behind', async () => {
  const attribution = new Attribution();
  const ends: (() => void)[] = [];
  const body = () => new Promise<void>((resolve) => void ends.push(resolve));
  const both = [attribution.phase('a', body), attribution.phase('b', body)];
  assert.is(now(attribution), 'b:');
  ends[0]?.();
  await both[0];
  assert.is(now(attribution), 'b:');
  ends[1]?.();
  await both[1];
  assert.is(now(attribution), ':');
});

test('names without end stop being told apart at the limit', () => {
  const attribution = new Attribution();
  for (let index = 0; index < contextLimit + 10; index++) attribution.layer(`layer${index}`, () => undefined);
  const late = attribution.layer('outer', () => attribution.layer('one more', () => now(attribution)));
  assert.is(late, ':');
});

test.run();
