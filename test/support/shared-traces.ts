import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { uvu } from 'uvu';

type Register<T> = (name: string, handler: uvu.Callback<T>) => void;

/** Public GPU traces beside the checkout; never a part of it. */
const folder = resolve(import.meta.dirname, '../../../shared/traces');

/** Registers tests that need the shared traces; where those are absent they are skipped by name and counted. */
export function sharedTraces<T>(test: uvu.Test<T>): Register<T> {
  if (existsSync(join(folder, 'golden.json'))) return test;
  return (name, handler) => {
    process.stdout.write(`skipped: "${name}" needs the shared traces\n`);
    test.skip(name, handler);
  };
}

/** Path of a shared trace. */
export function sharedTrace(file: string): string {
  return join(folder, file);
}

/** A gzipped JSON trace or a plain JSON file of that folder, parsed whole. Control characters in names become spaces. */
export function readSharedJson(file: string): unknown {
  const bytes = readFileSync(sharedTrace(file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
  return JSON.parse(text.replace(/[\u0000-\u001f]/g, ' '));
}
