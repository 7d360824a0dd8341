import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemErrorCode, WarpwatchError } from '../model/errors.ts';
import type { Timeline } from '../model/timeline.ts';
import { manifestFile } from '../recording/format.ts';

/** Files that a directory of traces is looked through for. */
const traceName = /\.(?:json|sqlite)(?:\.gz)?$/;

/**
 * Opens what a person names as a run: the directory of a recording, the file of a foreign trace, or a directory that
 * holds the traces of a training's ranks. Several are the ranks of one training.
 * @throws WarpwatchError `not-found`, `unreadable`, `unsupported`, `bad-data` and as the readers
 */
export async function openRun(paths: readonly string[]): Promise<Timeline> {
  const runs: Timeline[] = [];
  for (const path of paths) runs.push(...(await openPath(path)));
  const [first] = runs;
  if (first !== undefined && runs.length === 1) return first;
  const { mergeTimelines } = await import('../recording/merge-timelines.ts');
  return mergeTimelines(runs);
}

/** Loaded when they are needed: a report of a recording knows no importer, and that of a trace no stream. */
async function openPath(path: string): Promise<Timeline[]> {
  const isDirectory = isDirectoryAt(path);
  if (isDirectory && !existsSync(join(path, manifestFile))) return openDirectory(path);
  if (isDirectory) {
    const { readRecording } = await import('../recording/reader.ts');
    return [readRecording(path)];
  }
  const { importTrace } = await import('../../collectors/traces/index.ts');
  return [await importTrace(path)];
}

/** What cannot be looked at is no directory; whoever opens it as a file says why. */
function isDirectoryAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

async function openDirectory(directory: string): Promise<Timeline[]> {
  const files = tracesIn(directory);
  if (files.length === 0) {
    throw new WarpwatchError(
      'not-found',
      `${directory} is not a recording (it has no ${manifestFile}) and holds no trace (*.json, *.json.gz, *.sqlite).`,
    );
  }
  const { importTrace } = await import('../../collectors/traces/index.ts');
  const runs: Timeline[] = [];
  const others: WarpwatchError[] = [];
  for (const file of files) {
    try {
      runs.push(await importTrace(file));
    } catch (error) {
      if (!(error instanceof WarpwatchError)) throw error;
      others.push(error);
    }
  }
  const [first] = runs;
  const [failure] = others;
  if (first === undefined && failure !== undefined) throw failure;
  return runs.map((run, index) =>
    index > 0
      ? run
      : withDamage(
          run,
          others.map(({ message }) => `Left out: ${message}`),
        ),
  );
}

/** The run with sentences on what else lay beside it. */
function withDamage(run: Timeline, sentences: readonly string[]): Timeline {
  if (sentences.length === 0) return run;
  return { ...run, damage: [...run.damage, ...sentences] };
}

/** In the order in which people number files: 2 before 10. */
function tracesIn(directory: string): string[] {
  try {
    const byNumber = new Intl.Collator('en', { numeric: true });
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => traceName.test(entry.name) && !entry.isDirectory())
      .map(({ name }) => name)
      .sort(byNumber.compare)
      .map((name) => join(directory, name));
  } catch (cause) {
    const denied = ['EACCES', 'EPERM'].includes(systemErrorCode(cause) ?? '');
    const why = denied ? 'you may not; ask its owner for it' : messageOf(cause);
    throw new WarpwatchError('unreadable', `${directory} cannot be read: ${why}.`, { cause });
  }
}
