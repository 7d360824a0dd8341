import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  callEvent,
  digest,
  endMark,
  executionsOf,
  hostEvent,
  kernelEvent,
  rangesOf,
  readEvents,
  readText,
  traceText,
} from '../../../support/kineto.ts';

const test = suite('kineto: forms of the file');
const events = [
  callEvent(),
  kernelEvent(),
  hostEvent({ name: 'aten::mm' }),
  kernelEvent({ name: 'other', ts: 1_000_100 }),
];
const wanted = () => readEvents(events).then(digest);

test('one line, many lines and a byte order mark are the same trace', async () => {
  const text = traceText(events);
  const whole = JSON.parse(text) as object;
  for (const form of [
    JSON.stringify(whole),
    JSON.stringify(whole, null, 4),
    `\ufeff${text}`,
    `\n\r\t ${text}`,
  ]) {
    assert.equal(digest(await readText(form)), await wanted());
  }
});

test('members of an event come in any order', async () => {
  const turned = events.map((event) => Object.fromEntries(Object.entries(event).reverse()));
  assert.equal(digest(await readEvents(turned)), await wanted());
});

test('members of the document come in any order', async () => {
  const { traceEvents, ...rest } = JSON.parse(traceText(events)) as Record<string, unknown>;
  assert.equal(digest(await readText(JSON.stringify({ traceEvents, ...rest }))), await wanted());
  assert.equal(digest(await readText(JSON.stringify({ ...rest, traceEvents }))), await wanted());
});

test('other members may be of any kind and hold anything, events of their own too', async () => {
  const odd = {
    metadata: { traceEvents: [kernelEvent()], text: '}]"\\', deep: [[[{}]]] },
    flag: true,
    none: null,
  };
  assert.equal(digest(await readEvents(events, odd)), await wanted());
});

test('an array of events need not be closed', async () => {
  const body = events.map((event) => JSON.stringify(event)).join(',\n');
  for (const form of [`[${body}]`, `[${body}`, `[${body},\n`, `[\n${body}\n]\n`]) {
    const timeline = await readText(form);
    assert.is(executionsOf(timeline).length, 2, form.slice(-20));
    assert.equal(timeline.damage, []);
    assert.is(timeline.devices[0]?.smCount.value, null);
  }
});

test('numbers may stand in quotes', async () => {
  const timeline = await readEvents([
    kernelEvent(
      { ts: '1000000.5', dur: '2.5' },
      { device: '1', stream: '3', correlation: '5', grid: ['2', '3', '4'] },
    ),
    callEvent({ pid: 'python', tid: 'main' }, '5'),
  ]);
  const [execution] = executionsOf(timeline);
  assert.is(execution?.durationNs, 2500);
  assert.is(execution?.queue, 3);
  assert.is(execution?.callNs, 0);
  assert.is(execution?.thread, 'main');
  assert.equal(execution?.launch?.shape?.grid, [2, 3, 4]);
  assert.is(execution?.launch?.device, 'gpu1');
});

test('of a member that comes twice the last counts', async () => {
  const text = traceText([kernelEvent({ name: 'first' })]).replace(
    '"name":"first"',
    '"name":"first","name":"last"',
  );
  assert.is((await readText(text)).launches[0]?.name, 'last');
});

test('names keep what they hold: escapes, control characters, markup, broken UTF-8', async () => {
  const names = [
    'a "quoted" \\ back',
    'tab\tnew\nline',
    '\u001b[31mred',
    '<script>alert(1)</script>',
    'µ-Kernel 核 🚀',
    '',
  ];
  const timeline = await readEvents(names.map((name) => kernelEvent({ name })));
  assert.equal(
    timeline.launches.map(({ name }) => name),
    names,
  );
  const raw = traceText([kernelEvent({ name: 'RAW' }), kernelEvent({ name: 'LATIN' })]);
  const bytes = Buffer.from(
    raw.replace('RAW', 'a\u0001\nb\\u00b5\\ud83d\\ude80\\q').replace('LATIN', 'Q'),
    'utf8',
  );
  bytes[bytes.indexOf('"Q"') + 1] = 0xff;
  assert.equal(
    (await readText(bytes)).launches.map(({ name }) => name),
    ['a\u0001\nbµ🚀q', '\ufffd'],
  );
});

test('names of a megabyte are kept cut, and told once', async () => {
  const long = (end: string) => `${'x<µ>'.repeat(250_000)}${end}`;
  const timeline = await readEvents([
    kernelEvent({ name: long('a') }),
    kernelEvent({ name: long('b') }),
    kernelEvent({ name: long('a') }),
    hostEvent({ name: `${'\\'.repeat(20_001)}"` }),
  ]);
  assert.equal(
    timeline.launchTotals.map(({ calls }) => calls),
    [2, 1],
  );
  const [first] = timeline.launches;
  assert.ok(first !== undefined && first.name.length < 16_384 && first.name.endsWith('…'));
  assert.not.ok(first?.name.includes('\ufffd'));
  assert.equal(timeline.damage, ['made-up.json has 3 names longer than 16 KiB; they are shown cut.']);
});

test('nesting of a million levels is passed over without recursion', async () => {
  const deep = 1_000_000;
  const text = traceText([hostEvent({}, { deep: 'DEEP' }), kernelEvent()]).replace(
    '"DEEP"',
    '['.repeat(deep) + ']'.repeat(deep),
  );
  const timeline = await readText(text);
  assert.is(rangesOf(timeline).length, 1);
  assert.is(executionsOf(timeline).length, 1);
  assert.equal(timeline.damage, []);
});

test('an event longer than the limit is left out, and what follows is read', async () => {
  const huge = hostEvent({}, { 'Call stack': 'x'.repeat(40 * 2 ** 20) });
  const timeline = await readEvents([kernelEvent(), huge, kernelEvent({ ts: 1_000_500 })]);
  assert.is(executionsOf(timeline).length, 2);
  assert.match(timeline.damage.join(' '), /longer than 16 MiB/);
});

test('streams and threads may be many', async () => {
  const many = Array.from({ length: 70_000 }, (_, index) => [
    kernelEvent({ ts: 1_000_000 + index }, { stream: index }),
    hostEvent({ tid: index, ts: 1_000_000 + index }),
  ]).flat();
  const timeline = await readEvents(many);
  assert.is(new Set(executionsOf(timeline).map(({ queue }) => queue)).size, 70_000);
  assert.is(timeline.host.threads.at(-1)?.name, '(more threads)');
  assert.is(timeline.launches.length, 1);
});

test('devices beyond any machine are counted as out of range', async () => {
  const many = Array.from({ length: 1500 }, (_, device) => kernelEvent({}, { device }));
  const timeline = await readEvents([
    ...many,
    kernelEvent({}, { device: -1 }),
    kernelEvent({}, { device: 0.5 }),
  ]);
  assert.is(timeline.devices.length, 1024);
  assert.is(timeline.losses.outOfRange, 1500 - 1024 + 2);
});

test('a trace without a kernel, or without its last mark, says so', async () => {
  const without = JSON.parse(traceText([kernelEvent()])) as { traceEvents: { name: string }[] };
  without.traceEvents = without.traceEvents.filter(({ name }) => name !== endMark['name']);
  assert.match((await readText(JSON.stringify(without))).damage.join(), /lacks the profiler's last mark/);
  assert.match((await readEvents([hostEvent()])).damage.join(), /holds no kernel, copy or set of a GPU/);
});

test.run();
