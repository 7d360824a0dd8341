import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { MouseEvent } from '../../dashboards/terminal/mouse.ts';
import { openScreen, type Screen } from '../../dashboards/terminal/screen.ts';

const test = suite('screen');
const watched = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGCONT',
  'exit',
  'uncaughtException',
  'uncaughtExceptionMonitor',
];

interface Fake {
  readonly screen: Screen;
  readonly keys: string[];
  readonly signals: string[];
  readonly input: PassThrough;
  /** What was sent since the last call. */
  sent(): Promise<string>;
}

function open(columns = 12, rows = 3, onMouse?: (event: MouseEvent) => void): Fake {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { columns, rows });
  const keys: string[] = [];
  const signals: string[] = [];
  const screen = openScreen({
    input,
    output,
    onKey: (key) => keys.push(key),
    onResize: () => undefined,
    ...(onMouse === undefined ? {} : { onMouse }),
    onInterrupt: (signal) => signals.push(signal),
  });
  return {
    screen,
    keys,
    signals,
    input,
    async sent() {
      // blessed hands its buffer on in the next turn.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      return String(output.read() ?? '');
    },
  };
}

function listeners(): number[] {
  return watched.map((event) => process.listenerCount(event));
}

test('sends what changed and nothing else', async () => {
  const { screen, sent } = open();
  screen.draw(['step 1', 'loss 2']);
  await sent();
  screen.draw(['step 2', 'loss 2']);
  const change = await sent();
  assert.match(change, '2');
  assert.not.match(change, 'step');
  assert.not.match(change, 'loss');
  screen.draw(['step 2', 'loss 2']);
  assert.is(await sent(), '');
  screen.close();
});

test('draws colours, wide characters and marks in their cells, and cuts what is too wide', async () => {
  const { screen, sent } = open(6, 2);
  await sent();
  screen.draw(['\u001b[1;38;5;39mab\u001b[0m漢c', 'e\u0301xyzzyxyzzy']);
  const text = await sent();
  assert.match(text, '\u001b[1;38;5;39mab\u001b[m漢c');
  assert.match(text, 'e\u0301xyzzy');
  assert.not.match(text, 'xyzzyx');
  screen.draw(['ab', '']);
  assert.match(await sent(), '   ');
  screen.close();
});

test('close gives the terminal back once', async () => {
  const { screen, sent } = open();
  screen.draw(['x']);
  await sent();
  screen.close();
  const left = await sent();
  for (const mode of ['\u001b[?1049l', '\u001b[?25h', '\u001b[r', '\u001b[?1000l', '\u001b[0m']) {
    assert.ok(left.includes(mode), JSON.stringify(mode));
  }
  screen.close();
  screen.draw(['y']);
  assert.is(await sent(), '');
});

test('keys come by name, Enter once, and Ctrl-C as an interruption after the terminal is back', async () => {
  const { screen, input, keys, signals, sent } = open();
  input.write('q?\t\u001b[A +\r');
  await sent();
  assert.equal(keys, ['q', '?', 'tab', 'up', 'space', '+', 'enter']);
  input.write('\u0003');
  const left = await sent();
  assert.equal(signals, ['SIGINT']);
  assert.match(left, '\u001b[?1049l');
  screen.close();
});

test('the mouse is asked for only where somebody listens, and given back', async () => {
  const without = open();
  assert.not.match(await without.sent(), '1006');
  without.screen.close();

  const events: MouseEvent[] = [];
  const { screen, input, keys, sent } = open(12, 3, (event) => events.push(event));
  assert.match(await sent(), '\u001b[?1000h\u001b[?1006h');
  input.write('\u001b[<0;5;3M\u001b[<0;5;3m');
  await sent();
  assert.equal(events, [{ kind: 'click', x: 4, y: 2 }]);
  assert.equal(keys, []);
  screen.close();
  assert.match(await sent(), '\u001b[?1006l');
  input.write('\u001b[<0;5;3M');
  await sent();
  assert.is(events.length, 1);
});

test('draws all again after a stop, with the modes that it needs', async () => {
  const { screen, sent } = open(12, 3, () => undefined);
  screen.draw(['loss 2']);
  await sent();
  process.emit('SIGCONT', 'SIGCONT');
  screen.draw(['loss 2']);
  const again = await sent();
  for (const part of ['\u001b[?1049h', '\u001b[?25l', '\u001b[?1000h', 'loss']) {
    assert.ok(again.includes(part), JSON.stringify(part));
  }
  screen.close();
  process.emit('SIGCONT', 'SIGCONT');
  assert.not.match(await sent(), '1000h');
});

test('leaves no listener behind, however often it is opened', async () => {
  const before = listeners();
  let warnings = 0;
  const count = (): void => {
    warnings += 1;
  };
  process.on('warning', count);
  for (let times = 0; times < 15; times += 1) open().screen.close();
  // Warnings come in a later turn.
  await new Promise(setImmediate);
  process.off('warning', count);
  assert.equal(listeners(), before);
  assert.is(warnings, 0);
});

test('while open, no handler of the library can end the process', () => {
  const before = process.listenerCount('SIGTERM');
  const { screen } = open();
  assert.is(process.listenerCount('SIGTERM'), before + 1);
  assert.is(process.listenerCount('SIGQUIT'), 0);
  assert.is(process.listenerCount('uncaughtException'), 0);
  screen.close();
});

test.run();
