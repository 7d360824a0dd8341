import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pages } from '../../dashboards/model/choices.ts';
import { needsBrowser, openUrl, startBrowser } from '../support/browser.ts';
import { startWarpwatch, until } from '../support/cli.ts';
import { eightGpus, fakeNvmlEnvironment } from '../support/fake-nvml.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { hostile, LiveTraining, whyNoCounters } from './live-training.ts';

const test = suite('live page');
const browserTest = needsBrowser(test);
let browser: Browser | null = null;

test.after(async () => {
  await browser?.close();
});

/** Starts `warpwatch serve --web WORDS…`, and waits for the address of its page. */
async function serve(port: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = startWarpwatch(
    ['serve', '--web', '--interval', '0.2', '--listen', `127.0.0.1:${port}`, ...words],
    { env: { ...process.env, ...env } },
  );
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const closed = once(child, 'close');
  await until(() => child.exitCode !== null || told.includes('The live page'), 'the address of the page');
  const [, url = ''] = /The live page is (\S+)\/\./.exec(told) ?? [];
  assert.is.not(url, '', told);
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Waits until an expression on the page is true. The page's policy lets nobody evaluate a text, but the browser may. */
async function holds(page: Page, expression: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await page.evaluate<boolean>(expression))) {
    if (performance.now() > end) throw new Error(`In vain: ${expression}. ${await textOf(page, 'main')}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function textOf(page: Page, selector: string): Promise<string> {
  return page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).innerText`);
}

const step = 'Number(/step (\\d+)/.exec(document.querySelector("#training .step").textContent)[1])';

browserTest(
  'a training that is recorded meanwhile: figures, keys, names, pause, a lost connection',
  async () => {
    const directory = join(temporaryDirectory(), 'run');
    const training = new LiveTraining(directory);
    let served = await serve('0', ['--recording', directory]);
    browser ??= await startBrowser();
    const { page, problems } = await openUrl(browser, served.url);
    try {
      await page.waitForSelector('[data-ready]');
      await holds(page, `${step} > 3`);
      const first = await page.evaluate<number>(step);
      await holds(page, `${step} > ${first}`);
      assert.match(await textOf(page, '#devices tbody tr'), /^gpu0 NVIDIA H200\s+97%/);
      assert.match(await textOf(page, '.labels'), 'Synthetic data');
      // The loss was NaN once, which the page tells as a gap.
      await holds(
        page,
        'document.querySelector("#training .chart").innerText.includes("Some of its values are not finite")',
      );
      await holds(
        page,
        `[...document.querySelectorAll('canvas')].every((canvas) => canvas.getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))`,
      );
      // Names of other people's programs are text.
      assert.is(await textOf(page, 'h1'), hostile.title);
      assert.match(await textOf(page, '#kernels tbody'), hostile.kernel);
      assert.is(await page.locator('main img, main b, main script').count(), 0);
      assert.is(await page.title(), `${hostile.title} · warpwatch`);

      // Rows stay the same elements from look to look, so that the focus stays.
      await page.evaluate('window.kept = document.querySelector("#kernels button.name"); kept.focus()');
      const second = await page.evaluate<number>(step);
      await holds(page, `${step} > ${second} && document.activeElement === kept && kept.isConnected`);

      await page.keyboard.press('p');
      await holds(page, 'document.querySelector(".labels").innerText.includes("PAUSED")');
      const held = await page.evaluate<number>(step);
      await until(() => training.steps > held + 6, 'steps that are not shown');
      assert.is(await page.evaluate<number>(step), held);
      await page.keyboard.press('p');
      await holds(page, `${step} > ${held}`);

      await page.keyboard.press('2');
      await holds(page, 'document.querySelector("#gpu h3").textContent.startsWith("gpu0")');
      await holds(
        page,
        `document.querySelector("#gpu").innerText.includes(${JSON.stringify(whyNoCounters)})`,
      );
      await page.keyboard.press('d');
      await holds(page, 'document.querySelector("#gpu h3").textContent.startsWith("gpu1")');
      await page.keyboard.press(']');
      assert.is(
        await textOf(page, '#gpu [aria-label="Time that charts show"] [aria-pressed=true]'),
        '15 min',
      );
      await page.keyboard.press('k');

      await page.keyboard.press('/');
      await page.keyboard.type('rel');
      await holds(page, 'document.querySelectorAll("#kernels tbody tr").length === 1');
      assert.is(await page.evaluate('location.hash'), '#kernels');
      await page.keyboard.press('Escape');
      await holds(page, 'document.querySelectorAll("#kernels tbody tr").length === 2');
      await page.keyboard.press('s');
      assert.is(await textOf(page, '#kernels [aria-sort=descending]'), 'calls');
      await page.click('#kernels button.name >> text=relu');
      await holds(page, 'document.querySelector("#kernels article table")?.innerText.includes("132×2×1")');
      await page.keyboard.press('Escape');

      await page.keyboard.press('5');
      await holds(page, 'document.querySelectorAll(".lane canvas").length === 2');
      await page.keyboard.press('3');
      assert.match(await textOf(page, '#processes tbody'), hostile.process);
      assert.not.match(await textOf(page, '#processes'), 'secret');
      await page.keyboard.press('9');
      await holds(
        page,
        `document.querySelector("#sources").innerText.includes(${JSON.stringify(whyNoCounters)})`,
      );

      const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await page.keyboard.press('t');
      assert.is.not(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'), ground);
      await page.keyboard.press('?');
      assert.ok(await page.isVisible('dialog'));
      await page.keyboard.press('Escape');
      assert.not.ok(await page.isVisible('dialog'));

      await page.setViewportSize({ width: 400, height: 800 });
      for (const [at, name] of pages.entries()) {
        await page.keyboard.press(String(at + 1));
        assert.is(await page.evaluate('location.hash'), `#${name}`);
        assert.is(await page.evaluate<number>('document.documentElement.scrollWidth'), 400, name);
      }
      assert.equal(problems, []);

      await page.keyboard.press('1');
      await served.end();
      await holds(
        page,
        'document.querySelector(".banner").innerText.includes("The connection to the server is lost")',
      );
      assert.ok(await page.locator('main[data-stale]').count());
      served = await serve(new URL(served.url).port, ['--recording', directory]);
      const last = await page.evaluate<number>(step);
      await holds(page, `${step} > ${last} && document.querySelector(".banner").hidden`);
      assert.equal(
        problems.filter((problem) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(problem)),
        [],
      );
    } finally {
      await page.context().close();
      await Promise.all([served.end(), training.close()]);
    }
  },
);

browserTest('eight GPUs of which one is hot, and a ninth that is lost', async () => {
  const script = `${eightGpus()}\ntemperature 95\ngpu\nname NVIDIA H200\nlost after-ms 300\n`;
  const served = await serve('0', ['--hostname', 'node-7'], fakeNvmlEnvironment(script).env);
  browser ??= await startBrowser();
  const { page, problems } = await openUrl(browser, served.url, { colorScheme: 'dark' });
  try {
    await holds(page, 'document.querySelectorAll("#devices tbody tr").length === 9');
    await holds(page, 'document.querySelector("#devices tbody .column-smActive").innerText.includes("%")');
    const heads = await page.locator('#devices thead th').allTextContents();
    assert.equal(heads.slice(0, 4), ['device', 'util', 'SM active', 'gap']);
    assert.match(await textOf(page, 'header'), 'node-7');
    const row = '#devices tbody tr:first-child .column-util';
    const before = await textOf(page, row);
    await holds(
      page,
      `document.querySelector(${JSON.stringify(row)}).innerText !== ${JSON.stringify(before)}`,
    );
    assert.is(await page.locator('#charts .plot canvas').count(), 9);
    await holds(page, 'document.querySelector(".alerts").innerText.includes("gpu7: 90 °C or hotter")');
    await holds(
      page,
      'document.querySelector("#devices tbody tr:last-child .gap").innerText.startsWith("✖ lost")',
    );
    // What is unknown says why where it is pointed at.
    await page.hover('#devices tbody tr:last-child .column-util');
    assert.match(await textOf(page, '.tooltip'), /\w+.*\.$/);
    await page.setViewportSize({ width: 400, height: 800 });
    assert.is(await page.evaluate<number>('document.documentElement.scrollWidth'), 400);
    assert.is(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(20, 22, 25)');
    assert.equal(problems, []);
  } finally {
    await page.context().close();
    await served.end();
  }
});

test.run();
