import { WarpwatchError } from '../../../src/model/errors.ts';
import type { Timeline } from '../../../src/model/timeline.ts';
import type { TraceFile } from '../importer.ts';
import { buildTimeline } from './build-timeline.ts';
import { TraceDocument } from './document.ts';
import { EventGatherer } from './gatherer.ts';
import { rehearse } from './rehearsal.ts';

/** Reads a trace of the PyTorch profiler, or another file in Chrome's trace event format, as a stream of bytes. */
export async function readKineto(file: TraceFile): Promise<Timeline> {
  rehearse();
  const gatherer = new EventGatherer();
  const document = new TraceDocument((event, bytes, end) => gatherer.take(event, bytes, end));
  const damage: string[] = [];
  try {
    for await (const chunk of file.chunks()) document.feed(chunk);
  } catch (error) {
    // What comes before a cut or damaged place of the compression is good.
    if (!(error instanceof WarpwatchError)) throw error;
    damage.push(error.message);
  }
  document.finish();
  gatherer.finish();
  if (!document.foundEvents) throw noEvents(file.path, document, damage);
  if (gatherer.isEmpty && !document.isWhole) throw nothingWhole(file.path, damage);
  return buildTimeline(file, document, gatherer, damage);
}

function nothingWhole(path: string, [said]: readonly string[]): WarpwatchError {
  return said === undefined
    ? new WarpwatchError(
        'bad-data',
        `${path} holds no event that is whole; take the file anew from where it was made.`,
      )
    : new WarpwatchError('unreadable', said);
}

function noEvents(path: string, document: TraceDocument, damage: readonly string[]): WarpwatchError {
  const [said] = damage;
  if (said !== undefined) return new WarpwatchError('unreadable', said);
  const what = document.isJson ? 'holds no traceEvents' : 'is not JSON';
  return new WarpwatchError(
    'bad-data',
    `${path} ${what}; name a file that torch.profiler's export_chrome_trace wrote.`,
  );
}
