/**
 * A program that records, for tests that need one of its own: `DIRECTORY NAME HOW COUNT WRITE_ON`. HOW is `close`, `exit`
 * (ends without closing), `closing` (ends before the closing has), `crash` (ends by an error), or `forever` (until
 * killed). Executions start at 0, 1000, … and the launch of the n-th is n modulo 3.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openStream } from '../../src/recording/recording.ts';
import { gemm } from './recordings.ts';

const [directory = '', name = '', how = 'close', count = '0', writeOn] = process.argv.slice(2);
const writer = openStream(directory, name, writeOn === 'loop' ? 'loop' : 'thread');
const launches = [0, 1, 2].map((i) => writer.defineLaunch({ ...gemm, name: `${name} kernel ${i}` }));

let written = 0;
function write(upTo: number): void {
  for (; written < upTo; written++) writer.activity(launches[written % 3] ?? 0, written * 1000, 500);
}

write(Number(count));
if (how === 'closing') void writer.close('stopped');
if (how === 'exit' || how === 'closing') process.exit(0);
if (how === 'crash') throw new Error('the program failed');
while (how === 'forever') {
  write(written + 997);
  writer.flush();
  await delay(1);
}
const { dropped, failure } = await writer.close('ended');
process.stdout.write(JSON.stringify({ dropped, failure }));
