/**
 * Records the captures beside this file: a real Prometheus scrapes the pages, and its answers to the queries that the fleet
 * asks are kept. `node --import ./test/support/register-tsx.mjs test/captures/prometheus/record.ts`
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { exporterMetrics } from '../../../collectors/prometheus/index.ts';
import {
  curvesQuery,
  healthQuery,
  hostQuery,
  overviewQuery,
  rememberedQuery,
} from '../../../src/analysis/fleet/queries.ts';
import { readersOf } from '../../../src/analysis/fleet/readers.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const here = import.meta.dirname;
const port = 19_090;
const pages: Readonly<Record<string, string>> = {
  '/warpwatch': join(here, 'pages/warpwatch.prom'),
  '/dcgm': join(here, '../dcgm/a100-mig-2.4.txt'),
  '/nvidia': join(here, 'pages/nvidia-gpu-exporter.prom'),
};
const exporters = createServer((request, response) => {
  const file = pages[request.url ?? ''];
  response.writeHead(file === undefined ? 404 : 200, { 'content-type': 'text/plain' });
  response.end(file === undefined ? '' : readFileSync(file));
});
await new Promise<void>((resolve) => exporters.listen(19_847, '127.0.0.1', resolve));

const directory = temporaryDirectory();
const job = (name: string, path: string, instance: string, targetPort = 19_847) =>
  `  - job_name: ${name}
    metrics_path: ${path}
    static_configs:
      - targets: ['127.0.0.1:${targetPort}']
        labels: { instance: '${instance}' }
`;
writeFileSync(
  join(directory, 'prometheus.yml'),
  `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
${job('warpwatch', '/warpwatch', 'trainer-1.example:9847')}${job('dcgm', '/dcgm', 'ub20-a100-k8s.example:9400')}${job('nvidia', '/nvidia', 'node-7:9835')}${job('broken', '/none', 'node-8:9400')}`,
);
const prometheus = spawn(
  'prometheus',
  [
    `--config.file=${join(directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  { stdio: 'ignore' },
);

const ask = async (path: string, form: Readonly<Record<string, string>>): Promise<string> => {
  const url = `http://127.0.0.1:${port}/api/v1/${path}`;
  return (await fetch(url, { method: 'POST', body: new URLSearchParams(form) })).text();
};
const keep = (name: string, text: string) => writeFileSync(join(here, name), `${text.trim()}\n`);
await new Promise((resolve) => setTimeout(resolve, 8000));
const readers = readersOf(exporterMetrics);
const jobs = ['warpwatch', 'dcgm', 'nvidia', 'broken'];
const trainer = {
  job: 'warpwatch',
  instance: 'trainer-1.example:9847',
  cluster: '',
  host: 'trainer-1',
  hostname: '',
  node: '',
};
keep('overview.json', await ask('query', { query: overviewQuery(readers, '') }));
keep('health.json', await ask('query', { query: healthQuery(jobs, '') }));
keep('remembered.json', await ask('query', { query: rememberedQuery('') }));
keep('host.json', await ask('query', { query: hostQuery(readers, [trainer], '') }));
const end = Math.floor(Date.now() / 1000);
const range = { start: String(end - 6), end: String(end), step: '1' };
keep('curves.json', await ask('query_range', { query: curvesQuery(readers, [trainer], ''), ...range }));
const targets = await fetch(`http://127.0.0.1:${port}/api/v1/targets?state=active`);
keep('targets.json', (await targets.text()).replaceAll(`//${hostname()}:`, '//prometheus.example:'));
keep('error.json', await ask('query', { query: 'sum(' }));
prometheus.kill();
exporters.close();
exporters.closeAllConnections();
