import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BenchResult } from '../../src/analysis/bench/result.ts';
import { benchHtml } from '../../src/report/html/bench-page.ts';
import { measuredResult, simulatedResult } from '../support/bench-results.ts';
import { allDrawn, builtAssets, type Look, needsBrowser, onePage } from '../support/browser.ts';

const test = suite('page of bench');
const browserTest = needsBrowser(test);
const openHtml = onePage(test);

function open(result: BenchResult, name: string, look?: Look) {
  return openHtml(benchHtml(result, builtAssets('bench')), name, look);
}

const sideways = 'document.documentElement.scrollWidth';

for (const [width, colorScheme] of [
  [400, 'light'],
  [1280, 'dark'],
] as const)
  browserTest(
    `it renders at ${width} px, ${colorScheme}, without an error, a request or a sideways scroll`,
    async () => {
      const options = { viewport: { width, height: 900 }, colorScheme };
      const { page, problems } = await open(measuredResult(), 'renders', options);
      assert.equal(await page.locator('h2').allTextContents(), [
        'Verdict',
        'Runs',
        'Over time',
        'Over samples',
        'By number of replicas',
        'Where the time goes',
        'Staleness',
        'Rounds',
        'Settings',
        'Words',
      ]);
      assert.match((await page.textContent('.sentence')) ?? '', /^With a straggler async trains 1\.42/);
      assert.equal(await page.locator('.synthetic').allTextContents(), [
        'Synthetic data: what this training learned says nothing of real data.',
        'Slowed to stand for slower devices: straggler 1 at 2.0x, on purpose.',
      ]);
      assert.is(await page.locator('.plot canvas').count(), 6);
      await allDrawn(page);
      assert.is(await page.evaluate<number>(sideways), width);
      assert.not.match((await page.textContent('main')) ?? '', /NaN|undefined|Infinity|\bnull\b|imulated/);
      assert.equal(problems, []);
    },
  );

browserTest('tables stand behind charts and bars', async () => {
  const { page, problems } = await open(measuredResult(), 'tables');
  const runs = await page.locator('#runs table').first().locator('tbody tr').allInnerTexts();
  assert.is(runs.length, 3);
  assert.match(runs[2] ?? '', /async, 2 replicas staleness bound 8\s+172 167\.\.177\s+73% 71%\.\.75%/);
  assert.is(await page.locator('#runs .whisker').count(), 3);
  const shares = await page.locator('#shares table').first().locator('tbody tr').allInnerTexts();
  assert.match(shares[1] ?? '', /sync, 2 replicas\s+51%\s+44%\s+5\.0%/);
  assert.match((await page.textContent('#shares')) ?? '', /sync, 2 replicas · replica 1 \(straggler\)/);
  assert.is(await page.locator('#staleness tbody tr').count(), 4);
  assert.match((await page.textContent('#rounds tbody')) ?? '', /00decadf.*2 that differ/);
  const described = await page.evaluate<number>(
    `[...document.querySelectorAll('[aria-describedby]')]
      .filter((one) => document.getElementById(one.getAttribute('aria-describedby')) === null).length`,
  );
  assert.is(described, 0);
  assert.equal(problems, []);
});

browserTest(
  'the cursor reads every run, a drag zooms that chart alone, a double click shows the whole',
  async () => {
    const { page, problems } = await open(measuredResult(), 'cursor');
    const pixels = (at: number) =>
      page.evaluate<string>(`document.querySelectorAll('.plot canvas')[${at}].toDataURL()`);
    const [whole, samples] = [await pixels(0), await pixels(2)];
    const area = page.locator('#over-time .u-over').first();
    await area.scrollIntoViewIfNeeded();
    const box = await area.boundingBox();
    assert.ok(box);
    const moveTo = (share: number) => page.mouse.move(box.x + box.width * share, box.y + 60, { steps: 3 });
    await moveTo(0.4);
    const values = await page
      .locator('#over-time .chart')
      .first()
      .locator('.legend .value')
      .allTextContents();
    assert.is(values.length, 3);
    for (const value of values) assert.match(value, /^\d\.\d+$/);
    await page.mouse.down();
    await moveTo(0.7);
    await page.mouse.up();
    assert.is.not(await pixels(0), whole);
    assert.is(await pixels(2), samples);
    await page.mouse.dblclick(box.x + box.width * 0.5, box.y + 60);
    await page.mouse.move(0, 0);
    await page.waitForTimeout(50);
    assert.is(await pixels(0), whole);
    assert.equal(problems, []);
  },
);

browserTest('what is simulated says so at every heading of figures, and what it assumes', async () => {
  const { page, problems } = await open(simulatedResult(), 'simulated', {
    viewport: { width: 400, height: 900 },
  });
  assert.match((await page.textContent('.synthetic')) ?? '', /^Simulated: nothing here was measured/);
  const headings = await page.locator('h2').allTextContents();
  assert.equal(
    headings.filter((heading) => !heading.endsWith(', simulated')),
    ['Settings', 'Words'],
  );
  assert.match((await page.textContent('.answers')) ?? '', /From 256 replicas on/);
  assert.match((await page.textContent('#settings')) ?? '', /network25 GB\/s, 10 µs \(default\)/);
  assert.is(await page.locator('#by-replicas canvas').count(), 2);
  await allDrawn(page);
  assert.is(await page.evaluate<number>(sideways), 400);
  assert.equal(problems, []);
});

browserTest('commands are told as programs, with the reason of what they do not tell', async () => {
  const result = measuredResult();
  const [single] = result.runs;
  assert.ok(single);
  const unknown = { value: null, why: 'The program does not tell its samples.' };
  const told = { value: 12.5, low: 12, high: 13, from: 'the processes' };
  const runs = ['ddp', 'other'].map((label) => ({
    ...single,
    label,
    mode: 'command' as const,
    samplesPerSecond: unknown,
    loss: { ...single.loss, curve: single.loss.curve.map((point) => ({ ...point, samples: null })) },
    accuracy: { ...single.accuracy, curve: [] },
    program: {
      command: ['torchrun', '--nproc-per-node', '2', `${label}.py`],
      seconds: told,
      stepsPerSecond: told,
      util: { ...told, value: 0.9, low: null, high: null },
      smActive: unknown,
    },
  }));
  const { page, problems } = await open({ ...result, runs }, 'commands', {
    viewport: { width: 400, height: 900 },
  });
  const text = (await page.textContent('#programs')) ?? '';
  assert.match(text, /ddp12\.5 s 12\.0 s\.\.13\.0 s12\.5 12\.0\.\.13\.090%–/);
  assert.match(text, /torchrun --nproc-per-node 2 other\.py/);
  assert.is(await page.locator('#over-time canvas').count(), 1);
  assert.is(await page.locator('#over-samples').count(), 0);
  assert.is(await page.evaluate<number>(sideways), 400);
  assert.equal(problems, []);
});

browserTest('hostile labels stand as text, and what is not known has its reason', async () => {
  const hostile = '</script><img src=x onerror="window.hostile=1"><b>';
  const result = measuredResult();
  const [single] = result.runs;
  assert.ok(single);
  const why = 'The command told no samples.';
  const unknown = { value: null, why };
  const { page, problems } = await open(
    {
      ...result,
      verdict: { ...result.verdict, sentence: hostile },
      notes: [hostile],
      runs: [
        {
          ...single,
          label: hostile,
          mode: 'command',
          samplesPerSecond: unknown,
          efficiency: unknown,
          loss: { ...single.loss, final: { value: Number.NaN, low: null, high: null, from: hostile } },
          rounds: single.rounds.map((round) => ({ ...round, outcome: 'failed', message: hostile })),
        },
      ],
    },
    'hostile',
  );
  const text = (await page.textContent('main')) ?? '';
  assert.ok(text.split(hostile).length > 5);
  assert.ok(text.includes(why));
  assert.match(text, 'It is NaN or infinite: the training has diverged.');
  assert.is(await page.evaluate('typeof window.hostile'), 'undefined');
  assert.is(await page.locator('main img, main b').count(), 0);
  assert.equal(problems, []);
});

browserTest('a benchmark of which no run came to its end is a page of reasons', async () => {
  const { page, problems } = await open({ ...measuredResult(), runs: [] }, 'nothing');
  const text = (await page.textContent('main')) ?? '';
  assert.match(text, /No run came to its end/);
  assert.not.match(text, /NaN|undefined|Infinity|\bnull\b/);
  assert.equal(problems, []);
});

test.run();
