import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { openCoco } from '../../../workloads/data/coco.ts';
import { parseCoco } from '../../../workloads/data/coco-json.ts';
import { openDataset, sceneKind } from '../../../workloads/data/index.ts';
import { NoteBook } from '../../../workloads/data/notes.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { failsWith, halves, jpegBytes, pngBytes, writeFiles } from './picture-files.ts';

const test = suite('COCO annotations');
const settings = { seed: 1, augment: false, side: 32 };

interface Annotation {
  readonly image_id: number;
  readonly category_id: number;
  readonly bbox: unknown;
  readonly iscrowd?: number;
}

/** Pictures of 40 by 20 pixels named 1.jpg, 2.jpg, ... and the categories 3 `cat` and 7 `dog`. */
function coco(count: number, annotations: readonly Annotation[]): string {
  const images = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    file_name: `${index + 1}.jpg`,
    width: 40,
    height: 20,
  }));
  const categories = [
    { id: 7, name: 'dog' },
    { id: 3, name: 'cat' },
  ];
  return JSON.stringify({ images, annotations, categories });
}

const whole = (image: number): Annotation => ({ image_id: image, category_id: 7, bbox: [10, 5, 20, 10] });
const picture = (shade: number) => jpegBytes(halves(40, 20, [shade, 0, 0], [0, 0, shade]));

function parse(annotations: readonly Annotation[]) {
  const notes = new NoteBook();
  const { pictures, categories } = parseCoco(coco(1, annotations), 'a.json', notes);
  notes.tellCounts();
  return { truth: pictures[0]?.truth, categories, notes: notes.sentences };
}

test('boxes become shares of the picture, categories labels in the order of their numbers', () => {
  const crowd = { image_id: 1, category_id: 3, bbox: [0, 0, 40, 20], iscrowd: 1 };
  const { truth, categories, notes } = parse([whole(1), crowd]);
  assert.equal([...(truth?.boxes ?? [])], [0.25, 0.25, 0.75, 0.75, 0, 0, 1, 1]);
  assert.equal([...(truth?.labels ?? [])], [1, 0]);
  assert.equal([...(truth?.difficult ?? [])], [0, 1]);
  assert.equal([...categories.values()], ['cat', 'dog']);
  assert.equal(notes, []);
});

test('what is wrong with a box is counted, and the good ones stay', () => {
  const box = (bbox: unknown): Annotation => ({ image_id: 1, category_id: 3, bbox });
  const { truth, notes } = parse([
    whole(1),
    box([30, 10, 20, 20]),
    box([10, 10, -5, 4]),
    box([10, 10, 0, 4]),
    box([50, 3, 4, 4]),
    box([1, 2, 3]),
    box(['1', 2, 3, 4]),
    box(null),
    { image_id: 1, category_id: 99, bbox: [1, 1, 5, 5] },
    { image_id: 12, category_id: 3, bbox: [1, 1, 5, 5] },
  ]);
  assert.equal([...(truth?.boxes ?? [])].slice(4), [0.5, 0.75, 1, 1]);
  assert.is(truth?.labels.length, 2);
  const said = notes.join('\n');
  assert.match(said, 'cut at its edge: 1, the first in 1.jpg');
  assert.match(said, 'inverted or empty, left out: 2');
  assert.match(said, 'outside their picture, left out: 1');
  assert.match(said, 'without four numbers, left out: 3');
  assert.match(said, 'class that the set does not list, left out: 1');
  assert.match(said, 'picture that the set does not list, left out: 1, the first in a.json');
});

test('text that is cut, no JSON or no COCO is named', () => {
  const text = coco(2, [whole(1)]);
  const refused = (content: string, ...words: string[]) =>
    assert.throws(
      () => parseCoco(content, 'b.json', new NoteBook()),
      failsWith('bad-data', 'b.json', ...words),
    );
  refused(text.slice(0, 60), 'JSON');
  refused('', 'JSON');
  refused('[1, 2]', 'no object');
  refused('{"images": []}', 'annotations');
  refused('{"images": [], "annotations": [], "categories": []}', 'category');
  refused('{"images": {"length": 1}, "annotations": [], "categories": []}', 'images');
});

test('any JSON gives annotations or a sentence', () => {
  const list = fc.array(
    fc.record(
      {
        id: fc.oneof(fc.integer(), fc.string()),
        image_id: fc.integer({ max: 3 }),
        category_id: fc.integer({ max: 3 }),
        name: fc.oneof(fc.string(), fc.constant(1)),
        file_name: fc.jsonValue(),
        width: fc.jsonValue(),
        height: fc.jsonValue(),
        bbox: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.record({ images: fc.oneof(list, fc.jsonValue()), annotations: list, categories: list }),
  );
  fc.assert(
    fc.property(anything, (value) => {
      try {
        const { pictures } = parseCoco(JSON.stringify(value), 'any.json', new NoteBook());
        for (const { truth } of pictures) assert.is(truth.boxes.length, 4 * truth.labels.length);
      } catch (error) {
        assert.ok(error instanceof WarpwatchError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

test('a directory with annotations, its pictures in a folder, the last tenth held back', async () => {
  const root = temporaryDirectory();
  const names = Array.from({ length: 20 }, (_, index) => index + 1);
  writeFiles(root, {
    'annotations.json': coco(20, names.map(whole)),
    ...Object.fromEntries(names.map((name) => [`images/${name}.jpg`, picture(name * 12)])),
  });
  assert.is(sceneKind(root), 'coco');
  const dataset = await openDataset({ kind: 'coco', path: root, ...settings });
  assert.equal([dataset.trainSize, dataset.classes, dataset.synthetic], [18, 2, false]);
  const { truths, images, contents } = dataset.trainingBatch(0, 18);
  assert.is(images.length, 18 * 32 * 32 * 3);
  assert.is(new Set(contents).size, 18);
  assert.equal([...(truths[0]?.boxes ?? [])], [0.25, 0.25, 0.75, 0.75]);
  const held = [...dataset.evaluationBatches(8, 5)];
  assert.is(
    held.reduce((sum, { size }) => sum + size, 0),
    2,
  );
  assert.equal(dataset.notes?.sentences, []);
});

test('a file with val in its name is for evaluation, as in COCO itself', () => {
  const root = temporaryDirectory();
  writeFiles(root, {
    'annotations/instances_train2017.json': coco(2, [whole(1), whole(2)]),
    'annotations/instances_val2017.json': coco(1, [whole(1)]),
    'train2017/1.jpg': picture(50),
    'train2017/2.jpg': picture(100),
    'val2017/1.jpg': picture(150),
  });
  const dataset = openCoco(root, settings);
  assert.is(dataset.trainSize, 2);
  const [held] = [...dataset.evaluationBatches(4, 1)];
  assert.is(held?.size, 1);
  const trained = new Set(dataset.trainingBatch(0, 2).contents);
  assert.not.ok(trained.has(held?.contents[0] ?? 0));
});

test('pictures that are missing or without objects are left out, damaged ones replaced, all told', () => {
  const root = temporaryDirectory();
  const file = join(root, 'set.json');
  writeFiles(root, {
    'set.json': coco(6, [1, 2, 3, 5, 6].map(whole)),
    '1.jpg': picture(50),
    '2.jpg': 'GIF89a, whatever its name says',
    '4.jpg': picture(90),
    '5.jpg': pngBytes(halves(40, 20, [9, 9, 9], [99, 99, 99])),
    '6.jpg': picture(130),
  });
  const dataset = openCoco(file, settings);
  assert.is(dataset.trainSize, 3);
  const said = dataset.notes?.sentences.join('\n') ?? '';
  assert.match(said, `not there, left out: 1, the first in ${join(root, '3.jpg')}`);
  assert.match(said, `without an object, passed over: 1, the first in ${join(root, '4.jpg')}`);
  const { size, contents } = dataset.trainingBatch(0, 3);
  assert.is(size, 3);
  assert.is(new Set(contents).size, 2);
  assert.is(dataset.notes?.replaced, 1);
  assert.match(dataset.notes?.sentences.join('\n') ?? '', `${join(root, '2.jpg')} is a GIF picture`);
});

test('a directory is known by the name that COCO gives its file; evaluation does without what cannot be decoded', () => {
  const root = temporaryDirectory();
  writeFiles(root, {
    'instances_train2017.json': coco(2, [1, 2].map(whole)),
    '1.jpg': picture(50),
    '2.jpg': 'text',
  });
  const dataset = openCoco(root, settings);
  assert.is([...dataset.evaluationBatches(1, 1)].length, 0);
  const [said = ''] = dataset.notes?.sentences ?? [];
  assert.match(said, join(root, '2.jpg'));
  assert.match(said, 'Evaluation does without it');
  assert.is(dataset.notes?.replaced, 0);
});

test('a set without a picture to train on ends with a sentence that names it', () => {
  const root = temporaryDirectory();
  writeFiles(root, {
    'empty/annotations.json': coco(0, []),
    'gone/annotations.json': coco(2, [whole(1), whole(2)]),
  });
  writeFiles(root, {
    'bad/annotations.json': coco(2, [whole(1), whole(2)]),
    'bad/1.jpg': 'x',
    'bad/2.jpg': 'y',
  });
  const at = (name: string) => openCoco(join(root, name), settings);
  assert.throws(() => at('empty'), failsWith('bad-data', join(root, 'empty')));
  assert.throws(() => at('gone'), failsWith('bad-data', join(root, 'gone'), 'not there'));
  assert.throws(() => at('bad').trainingBatch(0, 1), failsWith('bad-data', '.jpg'));
  assert.throws(() => at('nowhere'), failsWith('not-found', join(root, 'nowhere')));
  writeFiles(root, { 'none/readme.txt': 'nothing' });
  assert.throws(() => at('none'), failsWith('not-found', join(root, 'none')));
});

test.run();
