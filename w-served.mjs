import { openServed } from '/work/w-metrics/dist/src/commands/serve/served.js';
import { metricsRoute } from '/work/w-metrics/dist/src/commands/serve/metrics-route.js';
import { tuneForWatching } from '/work/w-metrics/dist/src/commands/top/engine.js';
import { createServer } from 'node:http';
tuneForWatching();
const served = await openServed({ intervalMs: Number(process.argv[2] ?? 1000), settings: {}, tell: (s) => console.error(s), runs: process.argv[3] });
const route = metricsRoute(served);
createServer((q, r) => { Promise.resolve(route.handle(q, r)).catch(e => { console.error(e); r.end() }); }).listen(9999, '127.0.0.1');
