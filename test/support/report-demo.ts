/**
 * Writes the page of a made-up run to look at: `node --import ./test/support/register-tsx.mjs test/support/report-demo.ts
 * page.html`; to a name that ends in .png its picture, as it stands in docs/report.png. Build first.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildReport } from '../../src/report/build.ts';
import { pageKernels, reportHtml } from '../../src/report/html/html.ts';
import { builtAssets, openFile, startBrowser } from './browser.ts';
import { gpuRun } from './gpu-run.ts';
import { temporaryDirectory } from './temporary.ts';

const out = process.argv[2] ?? 'report.html';
const timeline = gpuRun({ executions: 900 });
const page = reportHtml(buildReport(timeline, pageKernels), timeline, builtAssets());
if (out.endsWith('.png')) await takePicture(out);
else writeFileSync(out, page);

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
