import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { systemErrorCode } from '../../src/model/errors.ts';

const goldenRoot = join(import.meta.dirname, '../golden');

/**
 * Compares a text with the file kept below test/golden. UPDATE_GOLDEN=1 writes the file instead; look at the diff
 * before you commit it.
 * @param path Relative to test/golden, such as `dashboards/running-80x24.txt`.
 */
export function matchesGolden(path: string, text: string): void {
  const file = join(goldenRoot, path);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  assert.is(text, goldenText(file), `${path} differs; UPDATE_GOLDEN=1 rewrites it`);
}

function goldenText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new Error(`${file} is missing; UPDATE_GOLDEN=1 writes it`, { cause: error });
  }
}
