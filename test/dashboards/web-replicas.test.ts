import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildReport } from '../../src/report/build.ts';
import { reportHtml } from '../../src/report/html/html.ts';
import { builtAssets, needsBrowser, openFile, startBrowser } from '../support/browser.ts';
import { replicaTimeline, times } from '../support/replica-runs.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('replicas on the page of a report');
let browser: Browser | null = null;

test.after(async () => {
  await browser?.close();
});

needsBrowser(test)(
  'replicas have their section and a line each, with what is put in on purpose',
  async () => {
    const steps = times(20, (at) => ({ ms: 50, wait: 0, communicate: 5, slowed: 0, staleness: at % 3 }));
    const slow = times(10, () => ({
      ms: 100,
      wait: 0,
      communicate: 5,
      slowed: 45,
      staleness: 0,
      loss: Number.NaN,
    }));
    const stragglers = [{ replica: 1, factor: 2 }];
    const replicas = [{ steps }, { steps: slow, outcome: 'failed' as const, message: 'Out of <memory>.' }];
    const timeline = replicaTimeline({ parallel: { mode: 'async', stragglers }, replicas });
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true });
    const file = join(directory, 'replicas.html');
    writeFileSync(file, reportHtml(buildReport(timeline), timeline, builtAssets()));
    browser = await startBrowser();
    const options = { viewport: { width: 400, height: 900 } };
    const { page, problems } = await openFile(browser, file, options);
    await page.waitForSelector('[data-ready]');
    const text = (await page.textContent('#replicas')) ?? '';
    assert.match(text, 'async · 2 replicas · shared memory');
    assert.match(text, 'straggler 1 at 2.0x, on purpose');
    assert.match((await page.textContent('header')) ?? '', 'Slowed to stand for slower devices: straggler 1');
    assert.match(text, 'Replica 1 failed: Out of <memory>.');
    assert.match(text, 'The last loss of replica 1 is NaN.');
    assert.is(await page.locator('#replicas .parts-bar').count(), 2);
    assert.is(await page.locator('[aria-label="Staleness of updates"] tbody tr').count(), 3);
    assert.is(await page.locator('#ranks').count(), 0);
    const legend = await page
      .locator('.chart', { hasText: 'samplesPerSecond' })
      .locator('.legend li')
      .allTextContents();
    assert.equal(legend, ['rank 0', 'rank 1']);
    assert.is(await page.evaluate<number>('document.documentElement.scrollWidth'), 400);
    assert.equal(problems, []);
  },
);

test.run();
