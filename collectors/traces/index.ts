import { WarpwatchError } from '../../src/model/errors.ts';
import type { Timeline } from '../../src/model/timeline.ts';
import type { Importer } from './importer.ts';
import { kinetoImporter } from './kineto/index.ts';
import { nsysImporter } from './nsys/index.ts';
import { openTrace } from './open-trace.ts';

/** Every foreign format, the most telling beginning first: whoever detects a file reads it. */
export const importers: readonly Importer[] = [nsysImporter, kinetoImporter];

/**
 * Reads a foreign trace, whatever its format.
 * @throws WarpwatchError `not-found`, `unreadable`, `unsupported` where no importer knows the format, and as the importers
 */
export async function importTrace(path: string): Promise<Timeline> {
  const file = await openTrace(path);
  try {
    const importer = importers.find(({ detect }) => detect(file.head));
    if (importer === undefined) throw unknownFormat(path, file.head);
    return await importer.read(file);
  } finally {
    await file.close();
  }
}

function unknownFormat(path: string, head: Uint8Array): WarpwatchError {
  const known = importers.map(({ reads }) => reads).join(', ');
  const what = head.length === 0 ? 'is empty' : 'is of no format that warpwatch knows';
  return new WarpwatchError(
    'unsupported',
    `${path} ${what}; warpwatch reads ${known}, each also with gzip, and the directory of a recording.`,
  );
}
