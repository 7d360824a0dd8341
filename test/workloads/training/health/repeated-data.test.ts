import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { watchLabels, watchRepeatedData } from '../../../../workloads/training/health/repeated-data.ts';

const test = suite('repeated data');
const batch = (...contents: number[]) => Float64Array.from(contents);

test('copies within a batch and samples of the batches before count apart', () => {
  const watch = watchRepeatedData(null);
  assert.equal(watch(batch(1, 2, 3, 3)), {
    duplicateShare: 0.25,
    repeatShare: null,
    seen: [false, false, false, true],
  });
  assert.equal(watch(batch(3, 4, 5, 6)), {
    duplicateShare: 0,
    repeatShare: 0.25,
    seen: [true, false, false, false],
  });
});

test('a batch is forgotten after eight others, even where it held a sample twice', () => {
  const watch = watchRepeatedData(null);
  watch(batch(1, 1));
  for (let number = 1; number < 8; number++) watch(batch(10 * number, 10 * number + 1));
  assert.is(watch(batch(1, 999)).repeatShare, 0.5);
  for (let number = 1; number < 8; number++) watch(batch(100 * number, 100 * number + 1));
  assert.is(watch(batch(1, 999)).repeatShare, 1, 'seen eight batches ago');
  for (let number = 1; number < 9; number++) watch(batch(1000 * number, 1000 * number + 1));
  assert.is(watch(batch(1, 999)).repeatShare, 0);
});

test('where the data are few, samples come again soon by right', () => {
  const few = watchRepeatedData(31);
  few(batch(1, 2));
  assert.is(few(batch(1, 2)).repeatShare, null);
  const enough = watchRepeatedData(32);
  enough(batch(1, 2));
  assert.is(enough(batch(1, 2)).repeatShare, 1);
  enough(batch(3, 4));
  assert.is(enough(batch(1, 2)).repeatShare, 0, 'of such data one batch is remembered');
});

test('the share of the commonest label is that of the last eight batches', () => {
  const watch = watchLabels();
  assert.is(watch([]), null);
  assert.is(watch([7, 7, 7, 1]), 0.75);
  assert.is(watch([2, 3, 4, 5]), 3 / 8);
  for (let number = 0; number < 6; number++) watch([9, 9]);
  assert.is(watch([8, 8]), 12 / 18);
});

test.run();
