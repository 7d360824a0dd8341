/** The page of a report with a million kernels: how long it takes to make, how large it is, how it feels. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildReport } from '../src/report/build.ts';
import { pageKernels, reportHtml } from '../src/report/html/html.ts';
import { builtAssets, findBrowser, openFile, startBrowser } from '../test/support/browser.ts';
import { gpuRun } from '../test/support/gpu-run.ts';
import { temporaryDirectory } from '../test/support/temporary.ts';
import { median, type Row } from './row.ts';

const executions = 1_000_000;
const mostMegabytes = 20;
const mostFirstPaintSeconds = 2;
const leastFramesPerSecond = 30;
const opened = 3;
const panSeconds = 3;

export async function htmlBenchmarks(): Promise<Row[]> {
  const timeline = gpuRun({ executions });
  const report = buildReport(timeline, pageKernels);
  const began = performance.now();
  const page = reportHtml(report, timeline, builtAssets());
  const buildSeconds = (performance.now() - began) / 1e3;
  const megabytes = Buffer.byteLength(page) / 1e6;
  const note = `${timeline.activity.reduce((sum, { count }) => sum + count, 0).toLocaleString('en-US')} executions`;
  const rows: Row[] = [
    { name: 'html: pack the page', value: buildSeconds, unit: 's', note },
    {
      name: 'html: size',
      value: megabytes,
      unit: 'MB',
      target: `≤ ${mostMegabytes}`,
      holds: megabytes <= mostMegabytes,
      note,
    },
  ];
  if (findBrowser() === null) return rows;
  const file = join(temporaryDirectory(), 'report.html');
  writeFileSync(file, page);
  return [...rows, ...(await inBrowser(file))];
}

async function inBrowser(file: string): Promise<Row[]> {
  const browser = await startBrowser();
  try {
    const paints: number[] = [];
    const ready: number[] = [];
    const frames: number[] = [];
    for (let round = 0; round < opened; round++) {
      const { page } = await openFile(browser, file, { viewport: { width: 1600, height: 1000 } });
      await page.waitForSelector('[data-ready]');
      ready.push((await page.evaluate<number>('performance.now()')) / 1e3);
      paints.push((await page.evaluate<number>(firstPaint)) / 1e3);
      frames.push(await page.evaluate<number>(pan));
      await page.context().close();
    }
    const [paint, rate] = [median(paints), median(frames)];
    const note = `headless Chromium, 1600x1000, median of ${opened}`;
    return [
      {
        name: 'html: first paint',
        value: paint,
        unit: 's',
        target: `≤ ${mostFirstPaintSeconds}`,
        holds: paint <= mostFirstPaintSeconds,
        note,
      },
      { name: 'html: executions unpacked', value: median(ready), unit: 's', note },
      {
        name: 'html: frames while panning',
        value: rate,
        unit: '1/s',
        target: `≥ ${leastFramesPerSecond}`,
        holds: rate >= leastFramesPerSecond,
        note: `${note}, at every zoom from the whole run to 1/1000 of it`,
      },
    ];
  } finally {
    await browser.close();
  }
}

/** The browser's own figure: when the first text or picture stood on the screen. */
const firstPaint = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`;

/** Pans by keys at several zooms, one step a frame, and counts the frames. */
const pan = `(async () => {
  const canvas = document.querySelector('canvas.timeline');
  canvas.scrollIntoView({ block: 'center', behavior: 'instant' });
  const press = (key) => canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await frame();
  const end = performance.now() + ${panSeconds * 1e3};
  const began = performance.now();
  let frames = 0;
  for (let at = 0; performance.now() < end; at++) {
    if (at % 5 === 0) press(at % 180 < 90 ? '+' : '-');
    press(at % 16 < 8 ? 'ArrowRight' : 'ArrowLeft');
    await frame();
    frames++;
  }
  return frames / ((performance.now() - began) / 1e3);
})()`;
