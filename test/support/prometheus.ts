/** A real Prometheus for tests: Debian's, on a free port of this machine, with a data directory that goes with the test. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnBound } from './spawn-bound.ts';
import { temporaryDirectory } from './temporary.ts';

export interface PrometheusOptions {
  /** Jobs by name, and the addresses of each, such as `127.0.0.1:9847`. */
  readonly jobs: Readonly<Record<string, readonly string[]>>;
  /** Texts of rule files. */
  readonly rules?: readonly string[];
}

/** A series at a moment. */
export interface QueriedSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ScrapedTarget {
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

export interface TargetMetadata {
  readonly metric: string;
  readonly type: string;
}

export interface RaisedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

export interface LoadedRule {
  readonly health: 'ok' | 'err' | 'unknown';
}

export interface RunningPrometheus {
  readonly url: string;
  /** The value of an expression now. */
  query(expr: string): Promise<QueriedSample[]>;
  targets(): Promise<readonly ScrapedTarget[]>;
  metadata(): Promise<readonly TargetMetadata[]>;
  alerts(): Promise<readonly RaisedAlert[]>;
  rules(): Promise<readonly LoadedRule[]>;
  close(): Promise<void>;
}

/** Between two scrapes, and between two evaluations of the rules. */
const interval = '500ms';
const readyLimitMs = 20_000;

/** Starts it and waits until it answers. It ends with this process, however that ends. */
export async function startPrometheus({ jobs, rules = [] }: PrometheusOptions): Promise<RunningPrometheus> {
  const directory = temporaryDirectory();
  const files = rules.map((text, at) => {
    const file = join(directory, `rules-${at}.yml`);
    writeFileSync(file, text);
    return file;
  });
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: files,
    scrape_configs: Object.entries(jobs).map(([name, targets]) => ({
      job_name: name,
      static_configs: [{ targets }],
    })),
  };
  // JSON is YAML.
  writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawnBound('prometheus', [
    `--config.file=${join(directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${address}`,
    // It takes up targets five seconds after its start, and with this not five seconds later still.
    '--scrape.discovery-reload-interval=100ms',
    '--log.level=warn',
  ]);
  let said = '';
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close');
  const url = `http://${address}`;
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  try {
    await untilReady(url, () => child.exitCode !== null);
  } catch (cause) {
    await close();
    throw new Error(`Prometheus did not start: ${said}`, { cause });
  }
  return { url, ...askedAt(url), close };
}

/** What its HTTP interface tells (prometheus.io/docs, "HTTP API"). */
function askedAt(url: string): Omit<RunningPrometheus, 'url' | 'close'> {
  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}/api/v1/${path}`, { signal: AbortSignal.timeout(10_000) });
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  return {
    async query(expr) {
      const { result } = await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
        `query?${new URLSearchParams({ query: expr })}`,
      );
      return result.map(({ metric, value: [, text] }) => ({
        metric,
        value: Number(text.replace('Inf', 'Infinity')),
      }));
    },
    async targets() {
      return (await ask<{ activeTargets: ScrapedTarget[] }>('targets')).activeTargets;
    },
    metadata: () => ask<TargetMetadata[]>('targets/metadata'),
    async alerts() {
      return (await ask<{ alerts: RaisedAlert[] }>('alerts')).alerts;
    },
    async rules() {
      const { groups } = await ask<{ groups: { rules: LoadedRule[] }[] }>('rules');
      return groups.flatMap((group) => group.rules);
    },
  };
}

async function untilReady(url: string, isOver: () => boolean): Promise<void> {
  const end = performance.now() + readyLimitMs;
  while (performance.now() < end && !isOver()) {
    const response = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1000) }).catch(() => null);
    if (response?.ok) return;
    await delay(50);
  }
  throw new Error(`${url} is not ready`);
}

/** It cannot pick one by itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  return address.port;
}
