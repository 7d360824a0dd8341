import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsAddress } from '../../../dashboards/model/live-stream.ts';
import { type DetailsAsked, nothingAsked } from '../../../src/analysis/details.ts';
import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { EventStreams, type StreamOptions, streamLimits } from '../../../src/commands/serve/events.ts';
import { TroubleLog } from '../../../src/commands/serve/trouble-log.ts';
import { absent, known } from '../../../src/model/measured.ts';
import { gpus } from '../../dashboards/gpu-snapshots.ts';
import { training, withProcesses } from '../../dashboards/processes-moment.ts';
import { running } from '../../dashboards/snapshots.ts';
import { until } from '../../support/cli.ts';
import { EventClient, type ReceivedEvent } from '../../support/event-client.ts';
import { ask } from '../../support/http.ts';
import { madeUpServed } from '../../support/made-up-served.ts';

const test = suite('events of the live page');

/** Streams of a made-up machine on a real server. */
class Streams {
  readonly told: string[] = [];
  readonly responses: ServerResponse[] = [];
  readonly asked: (DetailsAsked | undefined)[] = [];
  present: Snapshot;
  readonly served;
  readonly #server: Server;
  readonly #clients: EventClient[] = [];

  constructor(present: Snapshot, options: Partial<StreamOptions> = {}) {
    this.present = present;
    this.served = madeUpServed((asked) => {
      this.asked.push(asked);
      return this.present;
    });
    const log = new TroubleLog((sentence) => this.told.push(sentence));
    const streams = new EventStreams(this.served, {
      version: '1.2.3',
      intervalMs: 1000,
      commands: false,
      log,
      ...options,
    });
    this.#server = createServer((request, response) => {
      this.responses.push(response);
      streams.open(request, response);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async client(path = '/events', headers: Record<string, string> = {}, reads = true): Promise<EventClient> {
    const client = new EventClient(`${this.url}${path}`, headers, reads);
    this.#clients.push(client);
    await client.response;
    if (reads) await until(() => client.events.length > 0, 'the first event');
    return client;
  }

  /** A look, and its event at each of these clients. */
  async look(present: Snapshot, ...clients: EventClient[]): Promise<void> {
    this.present = present;
    const before = clients.map(({ events }) => events.length);
    this.served.look();
    await until(() => {
      const newest = clients[0]?.events.at(-1)?.id;
      return clients.every(
        ({ events }, at) => events.length > (before[at] ?? 0) && events.at(-1)?.id === newest,
      );
    }, 'the event of a look');
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function eventOf({ events }: EventClient, at: number): ReceivedEvent {
  const event = events[at];
  if (event === undefined) throw new Error(`There is no event ${at}.`);
  return event;
}

test('a page gets everything once, then what each look brings; numbers that JSON has not are kept', async () => {
  const first = running(100);
  const broken: Snapshot = {
    ...first,
    title: 'evil \u001b[31m\u202etitle',
    damage: ['line\nbreak'],
    host: {
      ...first.host,
      cpuUtil: known(Number.POSITIVE_INFINITY, 'host'),
      processUtil: absent('no \u0007bell'),
    },
    training: first.training && { ...first.training, loss: { x: [1, 2, 3], y: [1, Number.NaN, -Infinity] } },
  };
  const streams = await new Streams(broken).start();
  try {
    const client = await streams.client();
    const { headers } = await client.response;
    assert.is(headers['content-type'], 'text/event-stream; charset=utf-8');
    const { moment, text } = eventOf(client, 0);
    assert.is(moment.whole, true);
    assert.is(moment.version, '1.2.3');
    assert.is(moment.lookSeconds, 1);
    assert.is(moment.snapshot.title, 'evil title');
    assert.equal(moment.snapshot.damage, ['line break']);
    assert.is(moment.snapshot.host.cpuUtil.value, Number.POSITIVE_INFINITY);
    assert.equal(moment.snapshot.host.processUtil, absent('no bell'));
    assert.equal(moment.snapshot.training?.loss.y, [1, Number.NaN, Number.NEGATIVE_INFINITY]);
    assert.is(moment.histories[0]?.x.length, 100);
    assert.equal(moment.histories[0]?.curves.smActive, [], 'a curve of which nothing is known takes no room');
    assert.not.ok('history' in (moment.snapshot.devices[0] ?? {}));
    assert.match(text, /^id: [0-9a-f]{8}\.1$/m);

    await streams.look({ ...running(103), training: broken.training }, client);
    const { moment: next, id } = eventOf(client, 1);
    assert.is(next.whole, false);
    assert.equal(next.histories[0]?.x, [50, 50.5, 51], 'points stand at half seconds');
    assert.equal(next.snapshot.training?.loss, { x: [], y: [] });
    // A page that connects anew in the same look goes on from there, whether the browser or the page says where it was.
    const again = await streams.client('/events', { 'Last-Event-ID': id });
    assert.is(again.events[0]?.moment.whole, false);
    const other = await streams.client(
      eventsAddress({ ...nothingAsked, ranks: true, kernels: true, runs: true }, id),
    );
    assert.is(other.events[0]?.moment.whole, false);
    assert.equal(client.events[1]?.moment.runs, [], 'runs take looks of their own');
    assert.equal(
      other.events[0]?.moment.runs.map(({ name, training: run }) => [name, run?.step]),
      [['other', running(20).training?.step]],
    );
    assert.is(
      (await streams.client('/events', { 'Last-Event-ID': 'another.2' })).events[0]?.moment.whole,
      true,
    );
    // A curve with fewer points than before is another one, which cannot be gone on with.
    await streams.look({ ...running(90), training: broken.training }, client);
    assert.is(client.events.at(-1)?.moment.whole, true);
  } finally {
    await streams.close();
  }
});

test('pages with the same wishes share one look and one text, and nobody looks where there is no page', async () => {
  const streams = await new Streams(gpus(2), { limits: { ...streamLimits, wishes: 2 } }).start();
  try {
    const one = await streams.client();
    const other = await streams.client();
    const timeline = await streams.client('/events?timeline=gpu1');
    const refused = await streams.client('/events?timeline=gpu0');
    assert.match(refused.events[0]?.moment.denied ?? '', /no room for one more/);
    streams.asked.length = 0;
    await streams.look(gpus(2, 300), one, other, timeline, refused);
    assert.equal(
      streams.asked.map((asked) => asked?.timeline),
      [null, 'gpu1'],
      'two different wishes are two snapshots',
    );
    assert.is(one.events.at(-1)?.text, other.events.at(-1)?.text);
    assert.is(one.events[1]?.id, timeline.events[1]?.id);
    assert.is(streams.served.listeners.size, 1);
    for (const client of [one, other, timeline, refused]) client.close();
    await until(() => streams.served.listeners.size === 0, 'the end of looking');
    streams.asked.length = 0;
    streams.served.look();
    assert.equal(streams.asked, []);
    const late = await streams.client();
    assert.is(late.events[0]?.moment.whole, true);
  } finally {
    await streams.close();
  }
});

test('command lines stay here unless they are asked for', async () => {
  const present = withProcesses([{ ...training, command: 'python train.py --token secret' }]);
  const told = async (commands: boolean): Promise<string> => {
    const streams = await new Streams(present, { commands }).start();
    try {
      const { text } = eventOf(await streams.client(), 0);
      assert.match(text, training.user);
      return text;
    } finally {
      await streams.close();
    }
  };
  assert.not.match(await told(false), 'secret');
  assert.match(await told(true), '--token secret');
});

test('a page that never reads holds little, is cut, and is told of once; one that reads late gets what it lacks', async () => {
  const limits = { ...streamLimits, unreadBytes: 200_000, unreadMs: 0 };
  const streams = await new Streams(gpus(8), { limits: { ...limits, unreadMs: 60_000 } }).start();
  const strict = await new Streams(gpus(8), { limits }).start();
  try {
    const reader = await streams.client();
    const late = await streams.client('/events', {}, false);
    const stuck = () => (streams.responses[1]?.writableLength ?? 0) > limits.unreadBytes;
    for (let tick = 0; !stuck() && tick < 2000; tick++) await streams.look(gpus(8, 600 - (tick % 2)), reader);
    const most = streams.responses[1]?.writableLength ?? 0;
    for (let more = 0; more < 10; more++) await streams.look(gpus(8, 600), reader);
    assert.is(streams.responses[1]?.writableLength, most, 'nothing is added to what is not read');
    assert.ok(most < limits.unreadBytes + 2_000_000, `${most} bytes`);
    late.read();
    await until(() => streams.responses[1]?.writableLength === 0, 'the late reader');
    // Histories begin 40 points later by now, which changes nothing for who goes on with them.
    await streams.look(gpus(8, 640), reader, late);
    const told = (at: number) =>
      late.events.at(at)?.moment.histories.find(({ device }) => device === 'gpu0')?.x;
    assert.is(late.events.at(-1)?.moment.whole, false);
    const had = told(-2)?.at(-1) ?? 0;
    assert.equal(
      told(-1),
      Array.from({ length: 639 - had * 2 }, (_, index) => had + (index + 1) / 2),
    );
    await streams.look(gpus(8, 641), reader, late);
    assert.equal(told(-1), [320]);
    assert.is(late.events.at(-1)?.text, reader.events.at(-1)?.text);
    assert.equal(streams.told, []);

    await Promise.all([strict.client('/events', {}, false), strict.client('/events', {}, false)]);
    for (let tick = 0; strict.served.listeners.size > 0 && tick < 2000; tick++) {
      strict.served.look();
      await new Promise(setImmediate);
    }
    assert.is(strict.served.listeners.size, 0, 'both are cut');
    assert.is(strict.told.length, 1);
    assert.match(strict.told[0] ?? '', /its answer in time \(live page\)/);
  } finally {
    await Promise.all([streams.close(), strict.close()]);
  }
});

test('one page too many and a wish that no page has are refused in a sentence', async () => {
  const streams = await new Streams(gpus(1)).start();
  try {
    await Promise.all(Array.from({ length: streamLimits.clients }, () => streams.client()));
    const { status, text, headers } = await ask(`${streams.url}/events`);
    assert.is(status, 503);
    assert.is(headers['retry-after'], '10');
    assert.is(text, '32 live pages are open already, the most there may be: close one.\n');
    assert.is(streams.told.length, 1);
    for (const query of ['?file=/etc/passwd', '?kernel=alone', `?timeline=${'x'.repeat(1501)}`]) {
      assert.is((await ask(`${streams.url}/events${query}`)).status, 400, query);
    }
  } finally {
    await streams.close();
  }
});

test('a look that fails is told once and ends no stream', async () => {
  const streams = await new Streams(gpus(1)).start();
  try {
    const client = await streams.client();
    const { snapshot } = streams.served;
    Object.assign(streams.served, {
      snapshot: () => {
        throw new Error('the recording is gone');
      },
    });
    streams.served.look();
    streams.served.look();
    assert.is(streams.told.length, 1);
    assert.match(streams.told[0] ?? '', 'the recording is gone');
    Object.assign(streams.served, { snapshot });
    await streams.look(gpus(1), client);
    assert.is(client.events.length, 2);
  } finally {
    await streams.close();
  }
});

test.run();
