/** Why CPU times are read by Node itself: what one reading costs, and for how long it blocks. */
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import system from 'systeminformation';
import { median, type Row } from './row.ts';

const readings = 15;
/** systeminformation answers from its memory when asked sooner. */
const apartMs = 220;

export async function hostBenchmarks(): Promise<Row[]> {
  const theirs: number[] = [];
  const ours: number[] = [];
  for (let reading = 0; reading < readings; reading++) {
    await delay(apartMs);
    theirs.push(await timed(() => system.currentLoad()));
    ours.push(await timed(async () => cpus()));
  }
  const note = `median of ${readings} readings in alternation`;
  return [
    {
      name: 'CPU load by systeminformation.currentLoad()',
      value: median(theirs),
      unit: 'ms a reading',
      note,
    },
    { name: 'CPU times by os.cpus()', value: median(ours), unit: 'ms a reading', note },
  ];
}

async function timed(read: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await read();
  return performance.now() - start;
}
