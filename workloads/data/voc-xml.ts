import { Parser } from 'xml2js';
import { messageOf, WarpwatchError } from '../../src/model/errors.ts';

/** What a VOC annotation says of a picture (the VOC development kit, section 5), in its own pixels from 1 on. */
export interface VocAnnotation {
  /** Name of the picture, or null where it is not told. */
  readonly filename: string | null;
  /** NaN where it is not told. */
  readonly width: number;
  readonly height: number;
  readonly objects: readonly {
    readonly name: string;
    readonly difficult: boolean;
    /** xmin, ymin, xmax, ymax; NaN where one is missing. */
    readonly box: readonly [number, number, number, number];
  }[];
}

/**
 * Reads a VOC annotation. Entities beyond those of XML itself are refused, and what a DOCTYPE defines is not expanded.
 * @throws WarpwatchError `bad-data` naming `file` where it is cut, no XML or no annotation
 */
export function parseVocXml(text: string, file: string): VocAnnotation {
  const annotation = childOf(parseXml(text, file), 'annotation');
  if (annotation === undefined || Array.isArray(annotation)) {
    throw new WarpwatchError('bad-data', `${file} is no VOC annotation; look at it or leave it out.`);
  }
  const size = childOf(annotation, 'size');
  return {
    filename: textOf(childOf(annotation, 'filename')),
    width: numberOf(childOf(size, 'width')),
    height: numberOf(childOf(size, 'height')),
    objects: listOf(childOf(annotation, 'object')).map((object) => {
      const box = childOf(object, 'bndbox');
      const side = (name: string) => numberOf(childOf(box, name));
      return {
        name: textOf(childOf(object, 'name')) ?? '',
        difficult: textOf(childOf(object, 'difficult')) === '1',
        box: [side('xmin'), side('ymin'), side('xmax'), side('ymax')],
      };
    }),
  };
}

function parseXml(text: string, file: string): unknown {
  let result: unknown;
  let failure: unknown = null;
  try {
    // It calls back before it returns, and may do so again after an error.
    new Parser({ async: false, explicitArray: false, ignoreAttrs: true, trim: true }).parseString(
      text,
      (error, value) => {
        failure ??= error;
        result ??= value;
      },
    );
  } catch (error) {
    failure ??= error;
  }
  if (failure === null) return result;
  // Of what sax says, the first line tells what, the others where.
  const why = messageOf(failure).split('\n')[0];
  throw new WarpwatchError('bad-data', `${file} is no whole XML (${why}); get it again or leave it out.`, {
    cause: failure,
  });
}

function childOf(element: unknown, name: string): unknown {
  if (typeof element !== 'object' || element === null || !Object.hasOwn(element, name)) return undefined;
  return (element as Readonly<Record<string, unknown>>)[name];
}

function listOf(element: unknown): readonly unknown[] {
  if (element === undefined) return [];
  return Array.isArray(element) ? element : [element];
}

function textOf(element: unknown): string | null {
  return typeof element === 'string' && element !== '' ? element : null;
}

function numberOf(element: unknown): number {
  const text = textOf(element);
  return text === null ? Number.NaN : Number(text);
}
