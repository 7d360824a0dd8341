import type { GroundTruth } from '../detection/boxes.ts';
import type { NoteBook } from './notes.ts';

/** A picture of a set and what is in it. */
export interface AnnotatedPicture {
  /** Path of the picture. */
  readonly file: string;
  readonly truth: GroundTruth;
}

/** An object as an annotation states it, in pixels; anything may be wrong with it. */
export interface StatedObject {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Null for a class that the set does not have. */
  readonly label: number | null;
  readonly difficult: boolean;
}

/** Annotations are rounded, and VOC counts from 1: a box that is out by no more is not told. */
const tolerancePixels = 1;

/**
 * The objects of a picture of `width` by `height` pixels, held to it: boxes are cut at its edges; what has no area, no class or no
 * numbers is left out. Both are counted in `notes`, under the name of `file`.
 */
export function groundTruthOf(
  objects: readonly StatedObject[],
  { width, height }: { readonly width: number; readonly height: number },
  file: string,
  notes: NoteBook,
): GroundTruth {
  const boxes: number[] = [];
  const labels: number[] = [];
  const difficult: number[] = [];
  for (const object of objects) {
    const why = fault(object, width, height);
    if (why !== null) {
      notes.count(why, file);
      continue;
    }
    const { left, top, right, bottom } = object;
    if (Math.max(-left, -top, right - width, bottom - height) > tolerancePixels)
      notes.count('Boxes that reach beyond their picture and are cut at its edge', file);
    boxes.push(
      Math.max(0, top) / height,
      Math.max(0, left) / width,
      Math.min(height, bottom) / height,
      Math.min(width, right) / width,
    );
    labels.push(object.label ?? 0);
    difficult.push(object.difficult ? 1 : 0);
  }
  return {
    boxes: Float32Array.from(boxes),
    labels: Int32Array.from(labels),
    difficult: Uint8Array.from(difficult),
  };
}

/** Why an object cannot be used, as a note says it; or null. */
function fault(object: StatedObject, width: number, height: number): string | null {
  const { left, top, right, bottom, label } = object;
  if (label === null) return 'Objects of a class that the set does not list, left out';
  if (![left, top, right, bottom].every(Number.isFinite)) return 'Boxes without four numbers, left out';
  if (right <= left || bottom <= top) return 'Boxes that are inverted or empty, left out';
  if (right <= 0 || bottom <= 0 || left >= width || top >= height)
    return 'Boxes outside their picture, left out';
  return null;
}
