import { readFile, stat } from 'node:fs/promises';
import { messageOf, systemErrorCode, WarpwatchError } from '../../src/model/errors.ts';

/** A page of eight GPUs with all fields is below 1 MiB. */
export const mostBytes = 16 * 2 ** 20;

/**
 * Text of a page, from a URL or a file.
 * @param place `http://…`, `https://…` or a path
 * @throws WarpwatchError that says what happened and what to do
 */
export async function readPage(place: string, deadlineMs: number): Promise<string> {
  return isUrl(place) ? readUrl(place, deadlineMs) : readLocal(place);
}

export function isUrl(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

async function readUrl(place: string, deadlineMs: number): Promise<string> {
  try {
    const url = new URL(place);
    if (url.pathname === '/') url.pathname = '/metrics';
    // A page from elsewhere would be of other GPUs than those that were meant.
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) });
    if (response.status !== 200) {
      await response.body?.cancel();
      const target = response.headers.get('location');
      const remedy = target === null ? 'is it an exporter?' : `it points to ${target}; give that address.`;
      throw new WarpwatchError('unreadable', `${place} answered with status ${response.status}; ${remedy}`);
    }
    return await readBody(response, place);
  } catch (error) {
    if (error instanceof WarpwatchError) throw error;
    throw new WarpwatchError('unreadable', whyUnreachable(error, place, deadlineMs), { cause: error });
  }
}

async function readBody(response: Response, place: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Left early, the stream is cancelled and the connection closed.
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLarge(place);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function readLocal(path: string): Promise<string> {
  try {
    const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile)
      throw new WarpwatchError('unreadable', `${path} is not a file; give a page of dcgm-exporter.`);
    if (size > mostBytes) throw tooLarge(path);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof WarpwatchError) throw error;
    const why =
      systemErrorCode(error) === 'ENOENT'
        ? `There is no file ${path}; give a page of dcgm-exporter, or its address (http://…).`
        : `${path} cannot be read (${messageOf(error)}); give a page of dcgm-exporter that can.`;
    throw new WarpwatchError('unreadable', why, { cause: error });
  }
}

function tooLarge(place: string): WarpwatchError {
  return new WarpwatchError('bad-data', `${place} holds more than 16 MiB; it is no page of dcgm-exporter.`);
}

function whyUnreachable(error: unknown, place: string, deadlineMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `${place} has not answered within ${deadlineMs / 1000} s; is dcgm-exporter stuck?`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  if (systemErrorCode(cause) === 'ECONNREFUSED') {
    return `Nothing listens at ${place}; start dcgm-exporter there, or give its address.`;
  }
  return `${place} cannot be read (${messageOf(cause ?? error)}).`;
}
