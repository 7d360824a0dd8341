import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { healthRoutes } from '../../../src/commands/serve/health-route.ts';
import { startServer } from '../../../src/commands/serve/server.ts';
import { tellSourceTroubles } from '../../../src/commands/serve/source-troubles.ts';
import { TroubleLog } from '../../../src/commands/serve/trouble-log.ts';
import { starting } from '../../dashboards/snapshots.ts';
import { ask } from '../../support/http.ts';
import { madeUpServed } from '../../support/made-up-served.ts';

const test = suite('serve: health');

/** A machine of which the test says what is wrong with it. */
function ailing() {
  const ails: { whyNoGpu: readonly string[]; trouble: string } = { whyNoGpu: [], trouble: '' };
  const served = madeUpServed(() => {
    if (ails.trouble !== '') throw new Error(ails.trouble);
    return { ...starting, whyNoGpu: ails.whyNoGpu };
  });
  return { served, ails };
}

test('a machine that is not looked at any more is stalled, and so is a recording that has gone', async () => {
  const { served, ails } = ailing();
  const log = new TroubleLog(() => undefined);
  let timeMs = 0;
  const routes = healthRoutes(served, { version: '1.2.3', log, now: () => timeMs });
  const server = await startServer({ address: { host: '127.0.0.1', port: 0 }, routes, log, webConfig: null });
  const health = async () => {
    const { status, text } = await ask(`${server.url}/healthz`);
    return [status, JSON.parse(text)];
  };
  timeMs = 3000;
  const first = {
    status: 'ok',
    version: '1.2.3',
    uptimeSeconds: 3,
    lastLookSecondsAgo: null,
    sources: served.sources(),
    troubles: {},
  };
  assert.equal(await health(), [200, first]);
  served.look();
  timeMs = 12_500;
  assert.equal(await health(), [200, { ...first, uptimeSeconds: 12.5, lastLookSecondsAgo: 9.5 }]);
  timeMs = 13_001;
  const [status, { status: word, lastLookSecondsAgo }] = await health();
  assert.equal([status, word, lastLookSecondsAgo], [503, 'stalled', 10.001]);
  served.look();
  assert.is((await ask(`${server.url}/-/ready`)).status, 200);
  ails.trouble = 'The recording is gone.';
  const [gone, { why }] = await health();
  assert.equal([gone, why], [503, 'The recording is gone.']);
  await server.close();
});

test('what is wrong is told when it begins and when it ends, not in between, and not for ever', () => {
  const { served, ails } = ailing();
  const told: string[] = [];
  let timeMs = 0;
  tellSourceTroubles(
    served,
    (sentence) => told.push(sentence),
    () => timeMs,
  );
  const look = (...whyNoGpu: readonly string[]) => {
    timeMs += 10_000;
    ails.whyNoGpu = whyNoGpu;
    served.look();
    return told.splice(0);
  };
  assert.equal(look(), []);
  assert.equal(look('No driver.', 'Busy for 3 s.'), ['No driver.', 'Busy for 3 s.']);
  assert.equal(look('No driver.', 'Busy for 13 s.'), [], 'only a number in it is another');
  assert.equal(look('No driver.'), ['No more: Busy for 13 s.']);
  assert.equal(look(), ['No more: No driver.']);
  const flaps = Array.from({ length: 20 }, () => [...look('Gone\u001b[2J.'), ...look()]).flat();
  assert.is(flaps.length, 9);
  assert.is(flaps.at(-1), 'Gone. This comes and goes and is not told any more.');
  ails.trouble = 'The recording is gone.';
  assert.equal(look(), ['The recording is gone.']);
});

test.run();
