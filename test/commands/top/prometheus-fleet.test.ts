import { createServer, type Server } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FleetMember, FleetSource } from '../../../src/analysis/fleet/fleet.ts';
import { openPrometheusFleet } from '../../../src/commands/top/prometheus-fleet.ts';
import { until } from '../../support/cli.ts';
import { capture } from '../../support/prometheus-captures.ts';

const test = suite('a fleet from a Prometheus');
const timing = { deadlineMs: 2000, leastIntervalMs: 20, rememberIntervalMs: 1e6, staleMs: 60 };
const empty = '{"status":"success","data":{"resultType":"vector","result":[]}}';
const opened: { readonly server: Server; readonly sources: FleetSource[] }[] = [];

test.after.each(async () => {
  for (const { server, sources } of opened.splice(0)) {
    for (const source of sources) await source.close();
    server.close();
    server.closeAllConnections();
  }
});

/** The recorded ones, and an address that fails. */
const remembered = capture('remembered.json').replace(
  '"result":[',
  '"result":[{"metric":{"instance":"node-8:9400","job":"broken"},"value":[1,"1"]},',
);

/** A server that gives the recorded answers, until it is told to give others; and what it was asked. */
async function recordedPrometheus() {
  const asked: string[] = [];
  let other: { readonly status: number; readonly body: string; readonly of: RegExp } | null = null;
  const answers: readonly (readonly [RegExp, string])[] = [
    [/targets\?/, capture('targets.json')],
    [/start=/, capture('curves.json')],
    [/last_over_time/, remembered],
    [/label_replace/, capture('health.json')],
    [/instance%3D%22trainer/, capture('host.json')],
    [/__name__/, capture('overview.json')],
  ];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const query = body === '' ? (request.url ?? '') : body;
      asked.push(query);
      const instead = other?.of.test(query) ? other : null;
      response.writeHead(instead?.status ?? 200);
      response.end(instead?.body ?? answers.find(([pattern]) => pattern.test(query))?.[1] ?? empty);
    });
  });
  const sources: FleetSource[] = [];
  opened.push({ server, sources });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    asked,
    answer: (status: number, body: string, of = /(?:)/) => {
      other = { status, body, of };
    },
    open: async (match?: string) => {
      const url = `http://ada:secret@127.0.0.1:${address.port}/`;
      const source = await openPrometheusFleet({ url, match, intervalMs: 20, timing });
      sources.push(source);
      await source.firstLook;
      return source;
    },
  };
}

/** Asks until there is something. */
async function seen<T>(look: () => T | undefined, what: string): Promise<T> {
  let found: T | undefined;
  await until(() => {
    found = look();
    return found !== undefined;
  }, what);
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
}

const memberOf = (source: FleetSource, host: string, near: string | null = null): FleetMember | undefined =>
  source.moment(near).members.find((member) => member.host === host);

test('hosts are there after the first look, and the one that is looked at has its past', async () => {
  const { open, asked } = await recordedPrometheus();
  const source = await open('{cluster="x"}');
  const { from, troubles, members, omittedHosts } = source.moment(null);
  assert.match(from, /^prometheus http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal([troubles, omittedHosts], [[], 0]);
  assert.equal(
    members.map(({ host, condition }) => [host, condition]),
    [
      ['trainer-1', 'up'],
      ['node-7', 'up'],
      ['node-8', 'down'],
    ],
  );
  assert.match(
    members[2]?.why ?? '',
    /cannot scrape node-8:9400 \(job broken\): server returned HTTP status 404/,
  );
  const queries = asked.filter((query) => query.startsWith('query='));
  assert.ok(queries.length >= 3 && queries.every((query) => query.includes('cluster%3D%22x%22')));
  const far = memberOf(source, 'trainer-1')?.snapshot?.devices[0];
  assert.is(far?.history.util.length, 0);
  assert.is(far?.smClockMegahertz.value, null);
  const near = await seen(() => {
    const device = memberOf(source, 'trainer-1', 'trainer-1')?.snapshot?.devices[0];
    return device?.smClockMegahertz.value === 1410 ? device : undefined;
  }, 'close look');
  assert.is(near.history.util.length, 241);
  assert.is(near.history.intervalSeconds, 15);
  assert.is(memberOf(source, 'trainer-1')?.snapshot?.devices[0]?.history.util.length, 0);
});

test('a Prometheus that fails later keeps its last answer with its age, and then not as the present', async () => {
  const { open, answer } = await recordedPrometheus();
  const source = await open();
  answer(503, '<html>busy</html>');
  const trouble = await seen(() => source.moment(null).troubles[0], 'trouble');
  assert.match(trouble, /not ready or overloaded \(503\).* What is shown is .* old\./);
  const down = await seen(() => {
    const member = memberOf(source, 'node-7');
    return member?.condition === 'down' ? member : undefined;
  }, 'host whose figures are too old');
  assert.match(down.why, /not ready or overloaded/);
  assert.ok(down.snapshot !== null && down.ageSeconds !== null);
  answer(200, capture('overview.json'));
  await until(() => source.moment(null).troubles.length === 0, 'recovery');
  assert.is(memberOf(source, 'node-7')?.condition, 'up');
});

test('a Prometheus that never answers well says why, and shows no host and no password', async () => {
  const { open, answer } = await recordedPrometheus();
  answer(401, '');
  const refused = (await open()).moment(null);
  assert.equal(refused.members, []);
  assert.match(refused.troubles.join(), /refuses the password or token \(401\)/);
  assert.not.match(JSON.stringify(refused), /secret/);
  answer(200, '<!doctype html>');
  assert.match((await open()).moment(null).troubles.join(), /page of HTML/);
  answer(200, empty);
  assert.match((await open()).moment(null).troubles.join(), /holds no metric of a GPU; let it scrape/);
  answer(200, capture('overview.json').slice(0, 3000));
  assert.match((await open()).moment(null).troubles.join(), /cut off on its way/);
});

test('a Prometheus that cannot look back still tells the present', async () => {
  const { open, answer } = await recordedPrometheus();
  answer(422, '{"status":"error","error":"too many samples"}', /last_over_time|start=/);
  const source = await open();
  const { troubles, members } = source.moment('trainer-1');
  assert.is(members.length, 2);
  assert.match(troubles.join(), /Hosts that fell silent before are not told of: .*too many samples/);
  const both = () => source.moment('trainer-1').troubles.join();
  await until(() => /cannot be looked at closely: .*too many samples/.test(both()), 'trouble with the past');
  assert.is(memberOf(source, 'trainer-1', 'trainer-1')?.condition, 'up');
});

test('an address that is none is refused at once', async () => {
  try {
    await openPrometheusFleet({ url: 'prometheus:9090', intervalMs: 1000 });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /--prometheus takes an address such as http/);
  }
});

test.run();
