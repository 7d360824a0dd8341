/** What serving metrics costs, on a made-up driver library with eight GPUs (`test/support/fake-nvml`), scraped over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { cliFile } from '../test/support/cli.ts';
import { eightGpus, fakeNvmlEnvironment } from '../test/support/fake-nvml.ts';
import { cpuSeconds, isInstalled, peakMegabytes } from './processes.ts';
import { median, type Row } from './row.ts';

const rounds = 3;
const settleMs = 4000;
const measuredMs = 30_000;
const scrapeMs = 15_000;
/** Of a scrape alone: as many looks a second as scrapes, so that each finds figures that nobody has worked out yet. */
const often = { scrapes: 100, intervalMs: 100 } as const;

interface Serving {
  readonly url: string;
  readonly pid: string;
  end(): Promise<void>;
}

export async function serveBenchmarks(): Promise<Row[]> {
  if (!isInstalled('cc') || !existsSync('/proc/self/stat')) return [];
  const { env } = fakeNvmlEnvironment(eightGpus());
  return [...(await wholeProcess(env)), ...(await onePage(env)), ...(await oneScrape(env))];
}

/** The process as it runs for days: it looks once a second and is scraped now and then. */
async function wholeProcess(env: NodeJS.ProcessEnv): Promise<Row[]> {
  const shares: number[] = [];
  let megabytes = 0;
  for (let round = 0; round < rounds; round++) {
    const serving = await serve(env, '1');
    await delay(settleMs);
    const cost = await coreShare(serving.pid, async () => {
      for (let passed = 0; passed < measuredMs; passed += scrapeMs) {
        await scrape(serving.url);
        await delay(scrapeMs);
      }
    });
    shares.push(cost.share);
    megabytes = Math.max(megabytes, peakMegabytes(serving.pid));
    await serving.end();
  }
  const [share, mostShare, mostMegabytes] = [median(shares) * 100, 1.5, 90];
  return [
    {
      name: 'serve: share of a core',
      value: share,
      unit: '%',
      target: `≤ ${mostShare}`,
      holds: share <= mostShare,
      note: `8 GPUs at 1 s, scraped every ${scrapeMs / 1e3} s, median of ${rounds} x ${measuredMs / 1e3} s`,
    },
    {
      name: 'serve: peak memory',
      value: megabytes,
      unit: 'MiB',
      target: `≤ ${mostMegabytes}`,
      holds: megabytes <= mostMegabytes,
    },
  ];
}

/** The same with a live page open, whose text is read and thrown away, and no scrape. */
async function onePage(env: NodeJS.ProcessEnv): Promise<Row[]> {
  const shares: number[] = [];
  let kilobytesPerSecond = 0;
  for (let round = 0; round < rounds; round++) {
    const serving = await serve(env, '1', '--web');
    let received = 0;
    const page = request(new URL('/events', serving.url), (response) => {
      response.on('data', (part: Buffer) => {
        received += part.length;
      });
    });
    page.once('error', () => undefined).end();
    await delay(settleMs);
    received = 0;
    const cost = await coreShare(serving.pid, () => delay(measuredMs));
    kilobytesPerSecond = received / measuredMs;
    shares.push(cost.share);
    page.destroy();
    await serving.end();
  }
  const share = median(shares) * 100;
  return [
    {
      name: 'serve with one live page: share of a core',
      value: share,
      unit: '%',
      note: `8 GPUs at 1 s, ${kilobytesPerSecond.toFixed(0)} kB/s to the page, median of ${rounds} x ${measuredMs / 1e3} s`,
    },
  ];
}

/** What a scrape adds, over the same process that is not scraped, and what it sends. */
async function oneScrape(env: NodeJS.ProcessEnv): Promise<Row[]> {
  const { scrapes, intervalMs } = often;
  const serving = await serve(env, String(intervalMs / 1e3));
  await delay(settleMs);
  const repeated = (each: () => Promise<unknown>) =>
    coreShare(serving.pid, async () => {
      for (let at = 0; at < scrapes; at++) await Promise.all([each(), delay(intervalMs)]);
    });
  const without = await repeated(async () => undefined);
  const scraped = await repeated(() => scrape(serving.url));
  const sent = await scrape(serving.url);
  await serving.end();
  const milliseconds = (scraped.cpuSeconds / scrapes - without.cpuSeconds / scrapes) * 1e3;
  const [mostMilliseconds, mostKilobytes] = [10, 20];
  return [
    {
      name: 'a scrape of 8 GPUs: CPU time',
      value: milliseconds,
      unit: 'ms',
      target: `≤ ${mostMilliseconds}`,
      holds: milliseconds <= mostMilliseconds,
      note: `of the whole process, looks at ${1e3 / intervalMs} Hz with less without: mean of ${scrapes}, compressed`,
    },
    {
      name: 'a scrape of 8 GPUs: size',
      value: sent.length / 1e3,
      unit: 'kB',
      target: `≤ ${mostKilobytes}`,
      holds: sent.length <= mostKilobytes * 1e3,
      note: 'as sent: Prometheus takes gzip, which the same labels on every line are nothing to',
    },
    { name: 'a scrape of 8 GPUs: size, unpacked', value: gunzipSync(sent).length / 1e3, unit: 'kB' },
  ];
}

async function serve(env: NodeJS.ProcessEnv, interval: string, ...words: string[]): Promise<Serving> {
  const child = spawn(
    process.execPath,
    [cliFile, 'serve', '--listen', '127.0.0.1:0', '--interval', interval, ...words],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await addressOf(child);
  return {
    url,
    pid: String(child.pid),
    end: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** It says where it serves when it does. What it says later is thrown away: who writes to a closed pipe ends. */
async function addressOf({ stderr }: ChildProcess): Promise<string> {
  let said = '';
  for await (const part of stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    said += String(part);
    const [url] = /http:\S+\/metrics/.exec(said) ?? [];
    if (url === undefined) continue;
    stderr?.resume();
    return url;
  }
  throw new Error(`serve ended: ${said}`);
}

/** The page as it comes over the wire. */
function scrape(url: string): Promise<Buffer> {
  const headers = { accept: 'application/openmetrics-text;version=1.0.0', 'accept-encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      resolve(Buffer.concat(parts));
    });
    asked.once('error', reject).end();
  });
}

async function coreShare(
  pid: string,
  during: () => Promise<void>,
): Promise<{ share: number; cpuSeconds: number }> {
  const before = cpuSeconds(pid);
  const startMs = performance.now();
  await during();
  const spent = cpuSeconds(pid) - before;
  return { share: spent / ((performance.now() - startMs) / 1e3), cpuSeconds: spent };
}
