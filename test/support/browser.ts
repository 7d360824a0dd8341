import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { uvu } from 'uvu';
import type { PageAssets } from '../../src/report/html/shell.ts';
import { needs } from './needs.ts';
import { temporaryDirectory } from './temporary.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The program of a Chromium that is installed, or null. */
export function findBrowser(): string | null {
  for (const name of names) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.trim();
  }
  return null;
}

/** Registers tests that need a browser; where none is installed they are skipped by name. */
export function needsBrowser<T>(test: uvu.Test<T>): ReturnType<typeof needs<T>> {
  return findBrowser() === null ? needs('chromium', test) : test;
}

/** Starts a headless Chromium; close it after the tests. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error(`None of ${names.join(', ')} is installed.`);
  // Chromium refuses its sandbox to root, as which containers run.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}

/** A page and what went wrong on it: errors of the console and of scripts, and every request for something else. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: string[];
}

const usualViewport = { width: 1280, height: 900 };

/** Opens a file from disk and waits until it is loaded. */
export function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const url = `file://${file}`;
  return openPage(browser, url, (address) => address === url, options);
}

/** Opens a page of a server, which may ask this server alone. */
export function openUrl(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  return openPage(browser, url, (address) => new URL(address).origin === new URL(url).origin, options);
}

async function openPage(
  browser: Browser,
  url: string,
  mayAsk: (address: string) => boolean,
  options: BrowserContextOptions,
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: usualViewport, ...options });
  return load(await context.newPage(), url, mayAsk);
}

/** How a file is looked at. */
export interface Look {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** Opens a file where another one was: a page of its own would be a process of its own, which costs more than most tests. */
export async function openInPlace(page: Page, file: string, look: Look = {}): Promise<WatchedPage> {
  // What lies under the mouse is hovered, even where that came to lie there later.
  await page.mouse.move(0, 0);
  await page.setViewportSize(look.viewport ?? usualViewport);
  await page.emulateMedia({ media: 'screen', colorScheme: look.colorScheme ?? 'light' });
  for (const event of ['console', 'pageerror', 'dialog', 'request']) page.removeAllListeners(event);
  const url = `file://${file}`;
  return load(page, url, (address) => address === url);
}

/** What opens pages of a suite in one browser page, as files that are made of them, and waits until each is drawn. */
export function onePage<T>(
  test: uvu.Test<T>,
): (html: string, name: string, look?: Look) => Promise<WatchedPage> {
  const directory = temporaryDirectory();
  let browser: Browser | null = null;
  let page: Page | null = null;
  test.after(async () => {
    await browser?.close();
  });
  return async (html, name, look) => {
    browser ??= await startBrowser();
    page ??= await browser.newPage();
    mkdirSync(directory, { recursive: true });
    const file = join(directory, `${name}.html`);
    writeFileSync(file, html);
    const opened = await openInPlace(page, file, look);
    await page.waitForSelector('[data-ready]');
    return opened;
  };
}

async function load(page: Page, url: string, mayAsk: (address: string) => boolean): Promise<WatchedPage> {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!mayAsk(address) && !/^(data|blob):/.test(address)) problems.push(`request: ${address}`);
  });
  await page.goto(url);
  return { page, problems };
}

/** Waits until something is drawn on every canvas: they are drawn with the next frame of the screen, which a busy machine puts off. */
export async function allDrawn(page: Page): Promise<void> {
  await page.waitForFunction(`[...document.querySelectorAll('canvas')].every((canvas) => canvas.getContext('2d')
    .getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))`);
}

/** A page's program and style as `npm run build` made them: what is tested is what is shipped. */
export function builtAssets(program: 'page' | 'bench' = 'page'): PageAssets {
  const folder = join(import.meta.dirname, '../../dist/dashboards/web');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { script: read(`${program}.js`), style: read('page.css') };
}
