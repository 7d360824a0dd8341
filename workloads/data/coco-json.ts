import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import type { GroundTruth } from '../detection/boxes.ts';
import { groundTruthOf, type StatedObject } from './annotations.ts';
import type { NoteBook } from './notes.ts';

/** What a file of COCO annotations says (cocodataset.org/#format-data, object detection). */
export interface CocoAnnotations {
  /** Names by category number, in the order of the numbers; a label is a place in it. */
  readonly categories: ReadonlyMap<number, string>;
  readonly pictures: readonly { readonly name: string; readonly truth: GroundTruth }[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads COCO annotations. Objects and pictures that cannot be used are left out and counted in `notes`.
 * @param categories of another file, to read this one by them
 * @throws WarpwatchError `bad-data` naming `file` where the text is cut, no JSON or no COCO
 */
export function parseCoco(
  text: string,
  file: string,
  notes: NoteBook,
  categories?: ReadonlyMap<number, string>,
): CocoAnnotations {
  const root = parseJson(text, file);
  const images = listOf(root, 'images', file);
  const annotations = listOf(root, 'annotations', file);
  const named = categories ?? categoriesOf(listOf(root, 'categories', file), file);
  const labelById = new Map([...named.keys()].map((id, label) => [id, label]));
  const objectsByImage = new Map<unknown, StatedObject[]>();
  for (const image of images) objectsByImage.set(image['id'], []);
  for (const annotation of annotations) {
    const objects = objectsByImage.get(annotation['image_id']);
    if (objects === undefined) notes.count('Objects of a picture that the set does not list, left out', file);
    else objects.push(statedObject(annotation, labelById));
  }
  const pictures = images.flatMap((image) => {
    const { id, file_name: name, width, height } = image;
    if (typeof name !== 'string' || !isSize(width) || !isSize(height)) {
      notes.count('Pictures without a name or a size, left out', typeof name === 'string' ? name : file);
      return [];
    }
    return [{ name, truth: groundTruthOf(objectsByImage.get(id) ?? [], { width, height }, name, notes) }];
  });
  return { categories: named, pictures };
}

function categoriesOf(list: readonly Json[], file: string): ReadonlyMap<number, string> {
  const named = list.flatMap(({ id, name }): [number, string][] =>
    typeof id === 'number' && typeof name === 'string' ? [[id, name]] : [],
  );
  if (named.length === 0) throw noCoco(file, 'it names no category');
  return new Map(named.sort(([a], [b]) => a - b));
}

function statedObject(annotation: Json, labelById: ReadonlyMap<number, number>): StatedObject {
  const { bbox, category_id: category } = annotation;
  const numbers = Array.isArray(bbox)
    ? bbox.map((value) => (typeof value === 'number' ? value : Number.NaN))
    : [];
  const [left = Number.NaN, top = Number.NaN, width = Number.NaN, height = Number.NaN] = numbers;
  return {
    left,
    top,
    right: left + width,
    bottom: top + height,
    label: typeof category === 'number' ? (labelById.get(category) ?? null) : null,
    difficult: annotation['iscrowd'] === 1,
  };
}

function parseJson(text: string, file: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new WarpwatchError(
      'bad-data',
      `${file} is no whole JSON (${messageOf(cause)}); it may be cut: get it again.`,
      { cause },
    );
  }
  if (!isObject(value)) throw noCoco(file, 'it holds no object');
  return value;
}

/** The objects of a list; what else is in it is nothing. */
function listOf(root: Json, key: string, file: string): readonly Json[] {
  const list = Object.hasOwn(root, key) ? root[key] : undefined;
  if (!Array.isArray(list)) throw noCoco(file, `it has no list "${key}"`);
  return list.filter(isObject);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function noCoco(file: string, why: string): WarpwatchError {
  return new WarpwatchError(
    'bad-data',
    `${file} holds no COCO annotations: ${why}; give a file with images, annotations and categories.`,
  );
}
