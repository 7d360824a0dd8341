import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ProcessChoice, processRows } from '../../dashboards/model/process-rows.ts';
import { firstUiState, pressKey, type UiState } from '../../dashboards/terminal/ui-state.ts';
import { processes, training, withProcesses } from './processes-moment.ts';

const test = suite('processes');
const snapshot = withProcesses();
const onPage: UiState = { ...firstUiState, page: 'processes' };

function press(ui: UiState, ...keys: string[]): UiState {
  return keys.reduce((state, key) => pressKey(state, key, snapshot).ui, ui);
}

function pids(choice: Partial<ProcessChoice> = {}): number[] {
  return processRows(snapshot, { ...firstUiState, ...choice }).map((row) => row.process.pid);
}

test('a process that uses two devices has two rows', () => {
  const devices = processRows(snapshot, firstUiState).filter((row) => row.process.pid === training.pid);
  assert.equal(
    devices.map((row) => row.device),
    snapshot.devices.map((view) => view.device.id),
  );
});

test('figures sort largest first with the unknown last, the rest from small to large', () => {
  assert.equal(pids(), [4321, 4321, 88_001, 4322, 4000, 977]);
  assert.is(pids({ processSort: 'util' }).at(-1), 977);
  assert.equal(pids({ processSort: 'pid' }), [977, 4000, 4321, 4321, 4322, 88_001]);
  assert.is(pids({ processSort: 'user' }).at(-1), 977);
  assert.is(pids({ processSort: 'device' }).at(-1), 4321);
});

test('the filter looks at command, user, device, pid and container, whatever the case', () => {
  assert.equal(pids({ filter: 'TORCH' }), [4000]);
  assert.equal(pids({ filter: 'root' }), [977]);
  assert.equal(pids({ filter: '3f1c' }), [977]);
  assert.equal(pids({ filter: '88001' }), [88_001]);
  assert.equal(pids({ filter: 'no such thing' }), []);
});

test('the tree puts children below their parents', () => {
  const rows = processRows(snapshot, { ...firstUiState, processTree: true });
  const drawn = rows.map((row) => `${row.lead}${row.process.pid}`);
  assert.equal(drawn, ['88001', '4000', '├ 4321', '├ 4321', '└ 4322', '977']);
});

test('the tree keeps each row once, also where parents go in circles', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ pid: fc.nat(6), parent: fc.option(fc.nat(6)), command: fc.string() }), {
        maxLength: 20,
      }),
      (made) => {
        const moment = withProcesses(made.map((part) => ({ ...training, ...part })));
        const count = (processTree: boolean): number =>
          processRows(moment, { ...firstUiState, processTree }).length;
        assert.is(count(true), count(false));
      },
    ),
  );
});

test('a chain of thousands of parents is drawn', () => {
  const chain = Array.from({ length: 5000 }, (_, index) => ({
    ...training,
    pid: index + 2,
    parent: index + 1,
  }));
  const rows = processRows(withProcesses(chain), { ...firstUiState, processTree: true });
  assert.is(rows.length, chain.length + 1);
  assert.ok(rows.every((row) => row.lead.length < 40));
});

test('s and v order the processes and ask to keep that', () => {
  const sorted = pressKey(onPage, 's', snapshot);
  assert.is(sorted.ui.processSort, 'util');
  assert.is(sorted.ui.sort, firstUiState.sort);
  assert.equal(sorted.action, { kind: 'saveSettings' });
  assert.ok(press(onPage, 'v').processTree);
  assert.not.ok(press(onPage, 'v', 'S-t').processTree);
  assert.is(press(firstUiState, 's').processSort, 'memory');
});

test('what is typed into the filter is text until Enter or Escape', () => {
  const typed = press(onPage, '/', 'q', 'S-p', 'space', 'x', '漢', 'backspace', 'tab', 'C-z', 'up');
  assert.is(typed.filter, 'qP x');
  assert.ok(typed.filtering);
  assert.is(typed.page, 'processes');
  assert.is(typed.confirm, null);
  const kept = press(typed, 'enter');
  assert.is(kept.filter, 'qP x');
  assert.not.ok(kept.filtering);
  assert.is(press(typed, 'escape').filter, '');
  assert.is(press(kept, 'escape').filter, '');
  assert.not.ok(press(firstUiState, '/').filtering);
});

test('a signal is sent on y and on nothing else', () => {
  const asked = press(onPage, 'x');
  assert.equal(asked.confirm, { pid: 4321, signal: 'SIGTERM', user: 'anna', command: 'python train.py' });
  assert.is(press(onPage, 'S-x').confirm?.signal, 'SIGKILL');
  const sent = pressKey(asked, 'y', snapshot);
  assert.equal(sent.action, { kind: 'signal', request: asked.confirm });
  assert.is(sent.ui.confirm, null);
  for (const key of ['n', 'S-y', 'enter', 'space', 'escape', 'q', 'x', 'tab', '', '1']) {
    const refused = pressKey(asked, key, snapshot);
    assert.equal(refused.action, { kind: 'none' }, key);
    assert.is(refused.ui.confirm, null, key);
    assert.is(refused.ui.page, 'processes');
    assert.is(refused.ui.message, 'Nothing was sent.');
  }
  assert.is(press(press(asked, 'n'), 'down').message, '');
});

test('what cannot be signalled says why', () => {
  const hidden = press({ ...onPage, cursor: 2 }, 'x');
  assert.is(hidden.confirm, null);
  assert.match(hidden.message, /^88001 has ended or is in another PID namespace/);
  const replay = { speed: 1, positionSeconds: 0, lengthSeconds: 1 };
  assert.match(press({ ...onPage, replay }, 'x').message, 'recording');
  assert.match(press({ ...onPage, filter: 'nothing like it' }, 'x').message, 'no process');
  for (const pid of [1, 0, -1, Number.NaN]) {
    const moment = withProcesses([{ ...training, pid }]);
    assert.is(pressKey(onPage, 'x', moment).ui.confirm, null, String(pid));
  }
  assert.is(press(firstUiState, 'x').confirm, null);
});

test('the cursor stays inside the rows that the filter lets through', () => {
  assert.is(press(onPage, 'end').cursor, processes.length);
  assert.is(press({ ...onPage, filter: 'train.py' }, 'end').cursor, 2);
});

test('no list is no process', () => {
  const none = { ...snapshot, devices: snapshot.devices.map((view) => ({ ...view, processes: null })) };
  assert.equal(processRows(none, firstUiState), []);
  assert.is(pressKey(onPage, 'down', none).ui.cursor, 0);
});

test.run();
