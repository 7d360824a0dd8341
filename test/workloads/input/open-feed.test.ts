import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dataNoteMark, inputMetrics } from '../../../src/model/health.ts';
import { silentProbe } from '../../../src/model/training.ts';
import { type DataDescription, openDataset } from '../../../workloads/data/index.ts';
import { type InputValues, openFeed } from '../../../workloads/input/open-feed.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { halves, jpegBytes, writeFiles } from '../data/picture-files.ts';

const test = suite('open feed');
const root = temporaryDirectory();

test.before(() => {
  const picture = (shade: number) => jpegBytes(halves(16, 16, [shade, 0, 0], [0, shade, 0]));
  writeFiles(root, {
    'a/0.jpg': 'no picture',
    // Held back for evaluation.
    'a/1.jpg': picture(80),
    'b/0.jpg': picture(200),
    'b/x.txt': 'x',
  });
});

async function watched(values: InputValues, fetches: number, batchSize = 3) {
  const description: DataDescription<'folder'> = {
    kind: 'folder',
    path: root,
    seed: 1,
    augment: false,
    side: 32,
  };
  const metrics: Record<string, number[]> = {};
  const marks: string[] = [];
  const notes: string[] = [];
  const probe = {
    ...silentProbe,
    metric: (name: string, value: number) => {
      metrics[name] = [...(metrics[name] ?? []), value];
    },
    range: (name: string, text = '') => {
      if (name === dataNoteMark) marks.push(text);
      return () => undefined;
    },
  };
  const dataset = await openDataset(description);
  const note = (sentence: string) => void notes.push(sentence);
  const feed = openFeed(description, dataset, batchSize, values, { probe, note });
  for (let fetch = 0; fetch < fetches; fetch++) await feed.next();
  await feed.close();
  return { metrics, marks, notes };
}

const inline: InputValues = { input: 'inline', prefetch: 4, inputWorkers: 1 };
const prefetch: InputValues = { input: 'prefetch', prefetch: 4, inputWorkers: 2 };

test('tells how the input does and, once, what is wrong with the data, whoever makes the batches', async () => {
  for (const values of [inline, prefetch]) {
    const { marks, notes, metrics } = await watched(values, 4);
    assert.equal(marks, notes);
    const telling = (words: string) => notes.filter((sentence) => sentence.includes(words)).length;
    assert.is(telling('x.txt'), 1);
    assert.is(telling(join(root, 'a/0.jpg')), 1);
    // Half of twelve samples, each once.
    assert.is(metrics[inputMetrics.replacedSamples]?.at(-1), 6);
    assert.is(metrics[inputMetrics.waitSeconds]?.length, 4);
    for (const name of ['queueDepth', 'queueCapacity', 'makeSeconds'] as const)
      assert.is(metrics[inputMetrics[name]]?.length, values === inline ? undefined : 4, name);
  }
});

test('what the last evaluation found is told at the end', async () => {
  const sentences: string[] = [];
  const description: DataDescription<'shapes'> = {
    kind: 'shapes',
    path: null,
    seed: 1,
    augment: false,
    side: 32,
  };
  const dataset = { ...(await openDataset(description)), notes: { sentences, replaced: 0 } };
  const notes: string[] = [];
  const note = (sentence: string) => void notes.push(sentence);
  const feed = openFeed(description, dataset, 2, inline, { probe: silentProbe, note });
  await feed.next();
  sentences.push('A picture is no picture.');
  await feed.close();
  assert.equal(notes, ['A picture is no picture.']);
});

test('a batch that is larger than the set is told, and holds samples more than once', async () => {
  const { notes } = await watched(inline, 1, 8);
  assert.ok(notes.some((sentence) => sentence.includes('8') && sentence.includes('more than once')));
  assert.not.ok((await watched(inline, 1, 2)).notes.some((sentence) => sentence.includes('more than once')));
});

test.run();
