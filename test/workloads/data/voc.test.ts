import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { sceneKind } from '../../../workloads/data/index.ts';
import { openVoc, vocClasses } from '../../../workloads/data/voc.ts';
import { parseVocXml } from '../../../workloads/data/voc-xml.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { failsWith, halves, jpegBytes, writeFiles } from './picture-files.ts';

const test = suite('VOC annotations');
const settings = { seed: 1, augment: false, side: 32 };
const picture = jpegBytes(halves(40, 20, [200, 0, 0], [0, 0, 200]));

function object(name: string, box: readonly number[], difficult = 0): string {
  const [xmin, ymin, xmax, ymax] = box;
  return `<object><name>${name}</name><difficult>${difficult}</difficult><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;
}

function xml(filename: string, ...objects: readonly string[]): string {
  return `<?xml version="1.0"?><annotation><folder>VOC</folder><filename>${filename}</filename><size><width>40</width><height>20</height><depth>3</depth></size>${objects.join('')}</annotation>`;
}

test('pixels count from 1 and the last one belongs to the box', () => {
  const root = temporaryDirectory();
  writeFiles(root, {
    'Annotations/a.xml': xml('a.jpg', object('dog', [1, 1, 40, 20]), object('cat', [11, 6, 30, 15], 1)),
    'JPEGImages/a.jpg': picture,
  });
  assert.is(sceneKind(root), 'voc');
  const dataset = openVoc(root, settings);
  assert.equal(dataset.classNames, vocClasses);
  const [truth] = dataset.trainingBatch(0, 1).truths;
  assert.equal([...(truth?.boxes ?? [])], [0, 0, 1, 1, 0.25, 0.25, 0.75, 0.75]);
  assert.equal([...(truth?.labels ?? [])], [vocClasses.indexOf('dog'), vocClasses.indexOf('cat')]);
  assert.equal([...(truth?.difficult ?? [])], [0, 1]);
});

test('other classes are numbered by name, and the lists of the set divide it', () => {
  const root = temporaryDirectory();
  const names = ['a', 'b', 'c'];
  writeFiles(root, {
    ...Object.fromEntries(
      names.flatMap((name, index) => [
        [
          `Annotations/${name}.xml`,
          xml(`${name}.jpg`, object(index === 0 ? 'screw' : 'nut', [1, 1, 20, 20])),
        ],
        [`JPEGImages/${name}.jpg`, jpegBytes(halves(40, 20, [index * 90, 0, 0], [0, 99, 0]))],
      ]),
    ),
    'ImageSets/Main/train.txt': 'a\nb\n',
    'ImageSets/Main/val.txt': 'c\n',
  });
  const dataset = openVoc(root, settings);
  assert.equal(dataset.classNames, ['nut', 'screw']);
  assert.is(dataset.trainSize, 2);
  const [held] = [...dataset.evaluationBatches(4, 4)];
  assert.equal([held?.size, ...(held?.truths[0]?.labels ?? [])], [1, 0]);
});

test('what cannot be used is left out and told once, with the first file', () => {
  const root = temporaryDirectory();
  const files = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e'].map((name) => [
      `Annotations/${name}.xml`,
      xml(`${name}.jpg`, object('dog', [1, 1, 9, 9])),
    ]),
  );
  writeFiles(root, {
    ...files,
    'Annotations/b.xml': xml('b.jpg', object('dog', [30, 5, 60, 10]), object('dog', [9, 9, 3, 3])),
    'Annotations/c.xml': xml('c.jpg').slice(0, 80),
    'Annotations/d.xml': '<annotation><filename>../../../etc/passwd</filename><size/></annotation>',
    'JPEGImages/a.jpg': picture,
    'JPEGImages/b.jpg': picture,
    'JPEGImages/d.jpg': picture,
  });
  const dataset = openVoc(root, settings);
  const said = dataset.notes?.sentences.join('\n') ?? '';
  assert.match(said, `cut at its edge: 1, the first in ${join(root, 'Annotations/b.xml')}`);
  assert.match(said, 'inverted or empty, left out: 1');
  assert.match(said, `cannot be read, left out: 1, the first in ${join(root, 'Annotations/c.xml')}`);
  assert.match(
    said,
    `without the size of their picture, left out: 1, the first in ${join(root, 'Annotations/d.xml')}`,
  );
  assert.match(said, `not there, left out: 1, the first in ${join(root, 'Annotations/e.xml')}`);
});

test('XML that is cut, hostile or something else is named', () => {
  const refused = (text: string) =>
    assert.throws(() => parseVocXml(text, 'x.xml'), failsWith('bad-data', 'x.xml'));
  refused('');
  refused('plain text');
  refused(xml('a.jpg', object('dog', [1, 1, 9, 9])).slice(0, -20));
  refused('<html><body/></html>');
  refused(
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><annotation><filename>&e;</filename></annotation>',
  );
  const laughs = ['a', 'b', 'c']
    .map((name, level) => `<!ENTITY ${name} "${'&lol;'.repeat(10 ** level)}">`)
    .join('');
  refused(`<!DOCTYPE a [<!ENTITY lol "lol">${laughs}]><annotation><filename>&c;</filename></annotation>`);
});

test("names of an object's inner life are only names", () => {
  const { objects } = parseVocXml(
    xml('a.jpg', object('__proto__', [1, 1, 2, 2]), '<object><__proto__><name>x</name></__proto__></object>'),
    'x.xml',
  );
  assert.equal(
    objects.map(({ name }) => name),
    ['__proto__', ''],
  );
  assert.is(Object.hasOwn(Object.prototype, 'name'), false);
});

test('any damage to an annotation gives one or a sentence', () => {
  const whole = xml('a.jpg', object('dog', [1, 1, 9, 9]), object('cat', [3, 3, 9, 9]));
  const change = fc.tuple(
    fc.nat(),
    fc.oneof(fc.string(), fc.constantFrom('<', '>', '&', '/', '"', '\0', '<object>')),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      let text = whole;
      for (const [at, piece] of changes) {
        const place = at % text.length;
        text = text.slice(0, place) + piece + text.slice(place + piece.length);
      }
      try {
        const { objects } = parseVocXml(text, 'any.xml');
        for (const { box } of objects) assert.is(box.length, 4);
      } catch (error) {
        assert.ok(error instanceof WarpwatchError, String(error));
        assert.match(error.message, 'any.xml');
      }
    }),
    { numRuns: 300 },
  );
});

test('a folder without annotations, or with none that can be read, is named', () => {
  const root = temporaryDirectory();
  writeFiles(root, { 'Annotations/a.xml': 'nothing', 'JPEGImages/a.jpg': picture });
  assert.throws(() => openVoc(root, settings), failsWith('bad-data', join(root, 'Annotations'), 'a.xml'));
  assert.throws(() => openVoc(join(root, 'nowhere'), settings), failsWith('not-found', 'nowhere'));
});

test.run();
