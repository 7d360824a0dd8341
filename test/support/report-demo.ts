/**
 * Writes the page of a made-up run to look at: `node --import ./test/support/register-tsx.mjs test/support/report-demo.ts
 * page.html [report | bench | simulated]`; to a name that ends in .png its picture, as it stands in docs/report.png.
 * Build first.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildReport } from '../../src/report/build.ts';
import { benchHtml } from '../../src/report/html/bench-page.ts';
import { pageKernels, reportHtml } from '../../src/report/html/html.ts';
import { measuredResult, simulatedResult } from './bench-results.ts';
import { builtAssets, openFile, startBrowser } from './browser.ts';
import { gpuRun } from './gpu-run.ts';
import { temporaryDirectory } from './temporary.ts';

const [, , out = 'report.html', kind = 'report'] = process.argv;
const page = pageOf(kind);
if (out.endsWith('.png')) await takePicture(out);
else writeFileSync(out, page);

function pageOf(name: string): string {
  if (name === 'bench') return benchHtml(measuredResult(), builtAssets('bench'));
  if (name === 'simulated') return benchHtml(simulatedResult(), builtAssets('bench'));
  const timeline = gpuRun({ executions: 900 });
  return reportHtml(buildReport(timeline, pageKernels), timeline, builtAssets());
}

async function takePicture(to: string): Promise<void> {
  const file = join(temporaryDirectory(), 'report.html');
  writeFileSync(file, page);
  const browser = await startBrowser();
  const opened = await openFile(browser, file, {
    viewport: { width: 1180, height: 1980 },
    deviceScaleFactor: 0.8,
  });
  await opened.page.waitForSelector('[data-ready]');
  await opened.page.waitForTimeout(300);
  await opened.page.screenshot({ path: to });
  await browser.close();
}
