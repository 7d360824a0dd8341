import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timeline } from '../../src/model/timeline.ts';
import { buildReport } from '../../src/report/build.ts';
import { pageKernels, reportHtml } from '../../src/report/html/html.ts';
import { allDrawn, builtAssets, type Look, needsBrowser, onePage } from '../support/browser.ts';
import { gpuRun } from '../support/gpu-run.ts';
import { addExecutions, addSteps, emptyTimeline, testLaunch } from '../support/timelines.ts';

const test = suite('web page');
const browserTest = needsBrowser(test);
const openHtml = onePage(test);

/** Opens the report of a timeline from disk; what went wrong on the page is in `problems`. */
function open(timeline: Timeline, name: string, look?: Look) {
  return openHtml(reportHtml(buildReport(timeline, pageKernels), timeline, builtAssets()), name, look);
}

/** The end of the timeline's status: how much is shown. It is told once the view rests. */
async function shown(page: Page): Promise<string> {
  await page.waitForTimeout(250);
  return (await page.textContent('#timeline .status')) ?? '';
}

function evaluate<T>(page: Page, script: string): Promise<T> {
  return page.evaluate<T>(script);
}

const pixelsOf = (selector: string) => `document.querySelector('${selector}').toDataURL()`;

for (const width of [400, 1600])
  for (const colorScheme of ['light', 'dark'] as const)
    browserTest(
      `it renders at ${width} px, ${colorScheme}, without an error, a request or a sideways scroll`,
      async () => {
        const options = { viewport: { width, height: 900 }, colorScheme };
        const { page, problems } = await open(gpuRun({ executions: 1500, devices: 2 }), 'renders', options);
        const headings = await page.locator('h2').allTextContents();
        assert.equal(headings.slice(0, 4), ['Verdict', 'Over time', 'Timeline', 'Kernels']);
        assert.match((await page.textContent('.sentence')) ?? '', /^Util says \d+%, kernels ran for \d+%/);
        assert.is(await page.locator('.plot canvas').count(), 5);
        assert.is(await evaluate<number>(page, 'document.documentElement.scrollWidth'), width);
        await allDrawn(page);
        const ground = await evaluate<string>(page, 'getComputedStyle(document.body).backgroundColor');
        assert.is(ground, colorScheme === 'dark' ? 'rgb(20, 22, 25)' : 'rgb(251, 251, 250)');
        assert.match((await page.textContent('.synthetic')) ?? '', /Synthetic data/);
        assert.equal(problems, []);
      },
    );

browserTest('phases have a table, with the reason of what is unknown', async () => {
  const timeline = emptyTimeline();
  addSteps(timeline, [1e9]);
  timeline.addLaunch(testLaunch({ phase: 'fused <i>' }));
  timeline.addLaunch(testLaunch({ phase: 'evaluation' }));
  addExecutions(timeline, [
    [0, 0, 1e8],
    [1, 2e9, 1e8],
  ]);
  const { page, problems } = await open(timeline, 'phases');
  const rows = page.locator('#phases tbody tr');
  assert.equal(await rows.locator('th').allTextContents(), ['fused <i>', 'evaluation']);
  assert.is(await rows.first().locator('td').last().textContent(), '32.0');
  const why = await rows.last().locator('td').last().getAttribute('data-tip');
  assert.is(why, 'It runs outside of steps.');
  assert.equal(problems, []);
});

browserTest('charts zoom by drag, all of them and the timeline with them; double click resets', async () => {
  const { page, problems } = await open(gpuRun({ executions: 1500 }), 'charts');
  const whole = await shown(page);
  const before = await evaluate<string>(page, pixelsOf('.chart:nth-child(2) canvas'));
  const area = page.locator('.chart .u-over').first();
  await area.scrollIntoViewIfNeeded();
  const box = await area.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
  await page.mouse.up();
  const zoomed = await shown(page);
  assert.is.not(zoomed, whole);
  assert.is.not(await evaluate<string>(page, pixelsOf('.chart:nth-child(2) canvas')), before);
  await page.mouse.dblclick(box.x + box.width * 0.5, box.y + 60);
  assert.is(await shown(page), whole);
  assert.equal(problems, []);
});

browserTest('the timeline zooms by wheel, buttons and keys, pans by drag, and resets', async () => {
  const { page, problems } = await open(gpuRun({ executions: 1500 }), 'timeline');
  const whole = await shown(page);
  const canvas = page.locator('canvas.timeline');
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width * 0.6, box.y + 40);
  await page.mouse.wheel(0, -400);
  const zoomed = await shown(page);
  assert.is.not(zoomed, whole);
  const drawn = await evaluate<string>(page, pixelsOf('canvas.timeline'));
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40, { steps: 4 });
  await page.mouse.up();
  const panned = await shown(page);
  assert.is(panned.split(' shown')[0], zoomed.split(' shown')[0]);
  assert.is.not(panned, zoomed);
  assert.is.not(await evaluate<string>(page, pixelsOf('canvas.timeline')), drawn);
  await canvas.press('0');
  assert.is(await shown(page), whole);
  await canvas.press('+');
  await canvas.press('ArrowRight');
  assert.is.not(await shown(page), whole);
  await page.click('#timeline button:has-text("Whole run")');
  assert.is(await shown(page), whole);
  await page.click('[aria-label="Zoom in"]');
  assert.is.not(await shown(page), whole);
  assert.equal(problems, []);
});

browserTest('hover names a kernel with its figures; a click picks it in the table', async () => {
  const { page, problems } = await open(gpuRun({ executions: 200 }), 'hover');
  const canvas = page.locator('canvas.timeline');
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  assert.ok(box);
  // The lane of stream 7 is the second row; kernels fill most of it from the first third on.
  let tooltip = '';
  for (let share = 0.35; share < 0.9 && !tooltip.includes('grid'); share += 0.02) {
    await page.mouse.move(box.x + box.width * share, box.y + 60);
    tooltip = (await page.locator('.tooltip:visible').allInnerTexts()).join('\n');
  }
  assert.match(tooltip, /µs from [\d.]+ ms/);
  assert.match(tooltip, /grid \d+ × 1 × 1 · block \d+ × 1 × 1/);
  assert.match(tooltip, /occupancy \d+(\.\d)?%/);
  await page.mouse.down();
  await page.mouse.up();
  const picked = (await page.textContent('tr.picked .name')) ?? '';
  assert.ok(picked.length > 3 && tooltip.includes(picked), `${picked} in ${tooltip}`);
  assert.is(await page.getAttribute('tr.picked .name', 'aria-pressed'), 'true');
  assert.equal(problems, []);
});

browserTest('the kernel table sorts and filters', async () => {
  const { page, problems } = await open(gpuRun({ executions: 500 }), 'table');
  const names = () => page.locator('table.kernels .name').allTextContents();
  await page.click('table.kernels thead >> text=kernel');
  const ascending = await names();
  assert.equal(
    ascending,
    [...ascending].sort((a, b) => a.localeCompare(b)),
  );
  assert.is(await page.getAttribute('table.kernels th:first-child', 'aria-sort'), 'ascending');
  await page.click('table.kernels thead >> text=kernel');
  assert.equal(await names(), [...ascending].reverse());
  await page.fill('input[type=search]', 'NCCL');
  assert.equal(
    await names(),
    ['ncclDevKernel_AllReduce_Sum_f32_RING_LL'].filter((name) => ascending.includes(name)),
  );
  await page.fill('input[type=search]', '');
  await page.selectOption('#kernels select', 'gemm');
  const gemm = (await names()).length;
  assert.ok(gemm > 0 && gemm < ascending.length);
  assert.equal(problems, []);
});

browserTest('the data behind charts, timeline and tables are saved as CSV', async () => {
  const { page, problems } = await open(gpuRun({ executions: 500 }), 'downloads');
  const buttons = page.locator('.download');
  const count = await buttons.count();
  assert.ok(count >= 8, `${count} downloads`);
  const texts = new Map<string, string>();
  for (let at = 0; at < count; at++) {
    // Chromium lets a page save ten files, and then asks its user whether more may come.
    if (at % 10 === 9) await page.reload();
    const [download] = await Promise.all([page.waitForEvent('download'), buttons.nth(at).click()]);
    texts.set(download.suggestedFilename(), readFileSync(await download.path(), 'utf8'));
  }
  assert.match(
    texts.get('device-0-over-time.csv') ?? '',
    /^seconds,util,kernelBusy,gpuBusy,smActive,kernelOccupancy\r\n/,
  );
  const executions = (texts.get('executions.csv') ?? '').trim().split('\r\n');
  assert.ok(executions.length > 500);
  assert.match(executions[0] ?? '', /^device,stream,startNs,durationNs,category,name/);
  assert.match(texts.get('kernels.csv') ?? '', /ampere_sgemm_128x64_tn/);
  assert.equal(problems, []);
});

browserTest('words explain themselves on hover and keyboard focus; Escape hides it', async () => {
  const { page } = await open(gpuRun({ executions: 100 }), 'words');
  const tooltip = page.locator('.tooltip');
  await page.hover('.figures >> text=smActive');
  assert.match((await tooltip.textContent()) ?? '', /at least one warp resident/);
  await page.keyboard.press('Escape');
  assert.not.ok(await tooltip.isVisible());
  await page.focus('[data-word="kernelBusy"]');
  assert.match((await tooltip.textContent()) ?? '', /at least one kernel ran/);
  const described = await evaluate<number>(
    page,
    `[...document.querySelectorAll('[aria-describedby]')]
      .filter((one) => document.getElementById(one.getAttribute('aria-describedby')) === null).length`,
  );
  assert.is(described, 0);
});

browserTest('hostile names stand as text and do nothing', async () => {
  const names = [
    '<script>window.hostile=1</script>',
    '</script><img src=x onerror="window.hostile=1">',
    `"'><svg onload=window.hostile=1>`,
    '\u001b[31mred\u2028line',
    `javascript:window.hostile=1//${'x'.repeat(1e6)}`,
  ];
  const timeline = gpuRun({ executions: 300, names });
  timeline.damage.push(`${names[1]}`);
  timeline.addSeries({ device: null, metric: '<img src=x onerror=window.hostile=1>', from: '<b>' });
  const { page, problems } = await open(timeline, 'hostile');
  await page.fill('input[type=search]', 'hostile');
  let text = (await page.textContent('main')) ?? '';
  for (const button of await page.locator('table.kernels .name').all()) {
    await button.click();
    text += await page.textContent('tr.detail code');
  }
  assert.ok(text.includes('<script>window.hostile=1</script>'));
  assert.ok(text.includes('</script><img src=x onerror="window.hostile=1">'));
  assert.is(await evaluate(page, 'typeof window.hostile'), 'undefined');
  assert.is(await page.locator('img, svg, b').count(), 0);
  assert.is(await evaluate<number>(page, 'document.documentElement.scrollWidth'), 1280);
  assert.equal(problems, []);
});

browserTest('the theme turns by its button, and paper is light with canvases of its width', async () => {
  const { page, problems } = await open(gpuRun({ executions: 300 }), 'print', { colorScheme: 'dark' });
  const theme = () => evaluate<string>(page, 'document.documentElement.dataset.theme');
  assert.is(await theme(), 'dark');
  await page.click('.theme');
  assert.is(await theme(), 'light');
  await page.click('.theme');
  const dark = await evaluate<string>(page, pixelsOf('canvas.timeline'));
  await page.emulateMedia({ media: 'print' });
  await page.waitForSelector('html[data-theme="light"]');
  assert.is.not(await evaluate<string>(page, pixelsOf('canvas.timeline')), dark);
  assert.is(await evaluate<number>(page, `document.querySelector('canvas.timeline').width`), 1360);
  assert.not.ok(await page.locator('.theme').isVisible());
  assert.ok((await page.pdf()).length > 20_000);
  await page.emulateMedia({ media: 'screen' });
  await page.waitForSelector('html[data-theme="dark"]');
  assert.equal(problems, []);
});

browserTest('a run of nothing is a page of reasons', async () => {
  const { page, problems } = await open(emptyTimeline(), 'nothing');
  const text = (await page.textContent('main')) ?? '';
  assert.match(text, /No kernel is recorded/);
  assert.not.match(text, /NaN|undefined|Infinity|\bnull\b/);
  assert.equal(problems, []);
});

test.run();
