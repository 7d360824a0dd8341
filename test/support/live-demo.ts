/**
 * Serves the live page over a made-up run: `node --import ./test/support/register-tsx.mjs test/support/live-demo.ts
 * [gpus | training | replicas]`; with a name that ends in .png behind it takes its picture, as it stands in
 * docs/live.png, and ends. Build first.
 */
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { liveRoutes } from '../../src/commands/serve/live-routes.ts';
import { startServer } from '../../src/commands/serve/server.ts';
import { TroubleLog } from '../../src/commands/serve/trouble-log.ts';
import { replicasMoment, views } from '../dashboards/replica-moments.ts';
import { running } from '../dashboards/snapshots.ts';
import { syntheticGpus } from '../dashboards/synthetic-gpus.ts';
import { startBrowser } from './browser.ts';
import { madeUpServed } from './made-up-served.ts';

const moments: Readonly<Record<string, (polls: number) => Snapshot>> = {
  gpus: syntheticGpus,
  training: (polls) => running(240 + polls),
  replicas: (polls) => replicasMoment(views.async, 240 + polls),
};

const [, , kind = 'gpus', picture = ''] = process.argv;
const momentAt = moments[kind] ?? syntheticGpus;
let polls = 0;
const served = madeUpServed(() => momentAt(polls));
const log = new TroubleLog((sentence) => console.error(sentence));
const server = await startServer({
  address: { host: '127.0.0.1', port: 0 },
  routes: liveRoutes(served, { intervalMs: 500, commands: false, version: '0.1.0', log }),
  log,
  webConfig: null,
});
const looks = setInterval(() => {
  polls += 1;
  served.look();
}, 500);
if (picture === '') console.log(server.url);
else {
  await takePicture(picture);
  clearInterval(looks);
  await server.close();
}

async function takePicture(to: string): Promise<void> {
  const browser = await startBrowser();
  const page = await browser.newPage({ viewport: { width: 1480, height: 1250 }, deviceScaleFactor: 0.7 });
  await page.goto(server.url);
  await page.waitForSelector('[data-ready]');
  await page.waitForTimeout(1500);
  await page.screenshot({ path: to });
  await browser.close();
}
