import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { themes } from '../../dashboards/terminal/palette.ts';
import { themeNamed } from '../../dashboards/terminal/palette-choice.ts';
import {
  changedSettings,
  defaultSettings,
  parseSettings,
  printSettings,
  type Settings,
  settingsFile,
  settingsPath,
  stateOf,
} from '../../dashboards/terminal/settings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('settings');
const changed: Settings = {
  theme: 'light',
  windowSeconds: 900,
  page: 'processes',
  processSort: 'user',
  processTree: true,
  mouse: false,
  alerts: { ...defaultSettings.alerts, temperatureCelsius: 70 },
};

test('what is printed is read again', () => {
  assert.equal(parseSettings(printSettings(changed), 'file'), { settings: changed, problem: '' });
});

test('what is missing has its default', () => {
  assert.equal(parseSettings('{"theme":"light"}', 'file'), {
    settings: { ...defaultSettings, theme: 'light' },
    problem: '',
  });
});

test('what is wrong has its default and is told by name; unknown keys are dropped', () => {
  const { settings, problem } = parseSettings(
    JSON.stringify({ ...changed, windowSeconds: 61, alerts: { memoryShare: 98, busyUtil: 0.5 }, more: 1 }),
    'file',
  );
  assert.is(settings.windowSeconds, defaultSettings.windowSeconds);
  assert.is(settings.theme, 'light');
  assert.equal(settings.alerts, { ...defaultSettings.alerts, busyUtil: 0.5 });
  assert.match(problem, /^file: not used/);
  assert.match(problem, 'memoryShare');
  assert.match(problem, 'windowSeconds');
  assert.not.ok(Object.hasOwn(settings, 'more'));
});

test('a damaged file is told and replaced by the defaults', () => {
  for (const text of ['', '{', 'null', '[]', '3', '"light"']) {
    const { settings, problem } = parseSettings(text, 'file');
    assert.equal(settings, defaultSettings, text);
    assert.match(problem, 'file is damaged');
  }
});

test('no JSON makes settings that cannot be used', () => {
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom('light', 60, 'pid', true, 0.5));
  const keys = fc.constantFrom(...Object.keys(defaultSettings), '__proto__', 'constructor');
  fc.assert(
    fc.property(fc.dictionary(keys, values), (file) => {
      const { settings } = parseSettings(JSON.stringify(file), 'file');
      assert.equal(parseSettings(printSettings(settings), 'file'), { settings, problem: '' });
    }),
  );
});

test('what a person changes on the screen is kept, limits and mouse with it', () => {
  const before = stateOf(changed);
  const after = changedSettings(changed, before, { ...before, page: 'gpu', windowSeconds: 60 });
  assert.equal(after, { ...changed, page: 'gpu', windowSeconds: 60 });
});

test('the list of hosts, which one machine has not, is no page to start with', () => {
  const start = stateOf(changed);
  assert.is(changedSettings(changed, start, { ...start, page: 'fleet' }).page, 'processes');
});

test('a theme that the environment forced is not kept, one that was chosen is', () => {
  const forced = { ...stateOf(changed), themeName: themeNamed('light', { NO_COLOR: '1' }).name };
  assert.is(forced.themeName, 'monochrome');
  assert.is(changedSettings(changed, forced, forced).theme, 'light');
  assert.is(changedSettings(changed, forced, { ...forced, themeName: 'colour' }).theme, 'colour');
});

test('a dumb terminal stays without colour whatever is chosen, NO_COLOR until something is', () => {
  assert.is(themeNamed('light', {}).theme, themes.light);
  assert.is(themeNamed('light', { TERM: 'dumb' }, true).theme, themes.bare);
  assert.is(themeNamed('light', { NO_COLOR: '1' }).theme, themes.monochrome);
  assert.is(themeNamed('light', { NO_COLOR: '1' }, true).theme, themes.light);
});

test('the file stands where XDG says', () => {
  assert.is(settingsPath({ XDG_CONFIG_HOME: '/etc/of' }, '/home/anna'), '/etc/of/warpwatch/settings.json');
  const below = '/home/anna/.config/warpwatch/settings.json';
  assert.is(settingsPath({}, '/home/anna'), below);
  assert.is(settingsPath({ XDG_CONFIG_HOME: 'relative' }, '/home/anna'), below);
});

test('saved settings are loaded again, and nothing else is left in the folder', () => {
  const path = join(temporaryDirectory(), 'new', 'warpwatch', 'settings.json');
  const store = settingsFile(path);
  assert.equal(store.load(), { settings: defaultSettings, problem: '' });
  store.save(defaultSettings);
  store.save(changed);
  assert.equal(store.load(), { settings: changed, problem: '' });
  assert.equal(readdirSync(dirname(path)), ['settings.json']);
});

test('what cannot be written or read is no error, and leaves nothing behind', () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'file'), 'text');
  const below = settingsFile(join(folder, 'file', 'settings.json'));
  below.save(changed);
  assert.equal(below.load(), { settings: defaultSettings, problem: '' });
  assert.is(readFileSync(join(folder, 'file'), 'utf8'), 'text');

  const taken = join(folder, 'settings.json');
  mkdirSync(join(taken, 'inside'), { recursive: true });
  settingsFile(taken).save(changed);
  assert.equal(readdirSync(folder).sort(), ['file', 'settings.json']);
  assert.match(settingsFile(taken).load().problem, 'cannot be read');
});

test.run();
