import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { systemErrorCode } from '../../src/model/errors.ts';
import { type AlertLimits, defaultAlertLimits } from '../model/alerts.ts';
import {
  type MachinePage,
  type ProcessSort,
  pages,
  processSorts,
  type WindowSeconds,
  windowChoices,
} from '../model/choices.ts';
import { firstUiState, type ThemeName, themeNames, type UiState } from './ui-state.ts';

/** What is kept from one start to the next. */
export interface Settings {
  readonly theme: ThemeName;
  readonly windowSeconds: WindowSeconds;
  readonly page: MachinePage;
  readonly processSort: ProcessSort;
  readonly processTree: boolean;
  readonly mouse: boolean;
  readonly alerts: AlertLimits;
}

export const defaultSettings: Settings = {
  theme: firstUiState.themeName,
  windowSeconds: firstUiState.windowSeconds,
  page: 'overview',
  processSort: firstUiState.processSort,
  processTree: firstUiState.processTree,
  mouse: true,
  alerts: defaultAlertLimits,
};

/** The state that a screen starts with. */
export function stateOf(settings: Settings): UiState {
  const { theme, windowSeconds, page, processSort, processTree } = settings;
  return { ...firstUiState, themeName: theme, windowSeconds, page, processSort, processTree };
}

/**
 * The settings as the person has changed them.
 * @param before The state that the screen started with: a theme that the environment forced is nobody's choice.
 */
export function changedSettings(settings: Settings, before: UiState, ui: UiState): Settings {
  const { themeName, windowSeconds, page, processSort, processTree } = ui;
  const theme = themeName === before.themeName ? settings.theme : themeName;
  // Of a fleet every start shows the list of hosts.
  const kept = page === 'fleet' ? settings.page : page;
  return { ...settings, theme, windowSeconds, page: kept, processSort, processTree };
}

/** Where settings are kept. Neither function throws. */
export interface SettingsStore {
  load(): LoadedSettings;
  save(settings: Settings): void;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** A sentence on what could not be used; '' where all is well. */
  readonly problem: string;
}

/** A larger file is no file of settings. */
const mostBytes = 64 * 1024;
const ratioLimits: readonly (keyof AlertLimits)[] = ['memoryShare', 'busyUtil', 'emptySmActive'];

/**
 * Reads settings out of JSON. What is missing has its default; what is wrong too, and is told; unknown keys are dropped.
 * @param where Name of the file, for the sentence.
 */
export function parseSettings(text: string, where: string): LoadedSettings {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    file = null;
  }
  if (!isRecord(file)) {
    return {
      settings: defaultSettings,
      problem: `${where} is damaged and not used; the next change replaces it.`,
    };
  }
  const wrong: string[] = [];
  const pick = <T>(key: string, valid: (value: unknown) => value is T, otherwise: T, from = file): T => {
    const value = isRecord(from) && Object.hasOwn(from, key) ? from[key] : undefined;
    if (value === undefined) return otherwise;
    if (valid(value)) return value;
    wrong.push(key);
    return otherwise;
  };
  const limits = pick('alerts', isRecord, {});
  const limit = (key: keyof AlertLimits): number =>
    pick(key, ratioLimits.includes(key) ? isRatio : isSize, defaultAlertLimits[key], limits);
  const settings: Settings = {
    theme: pick('theme', oneOf(themeNames), defaultSettings.theme),
    windowSeconds: pick('windowSeconds', oneOf(windowChoices), defaultSettings.windowSeconds),
    page: pick('page', oneOf(pages), defaultSettings.page),
    processSort: pick('processSort', oneOf(processSorts), defaultSettings.processSort),
    processTree: pick('processTree', isBoolean, defaultSettings.processTree),
    mouse: pick('mouse', isBoolean, defaultSettings.mouse),
    alerts: {
      temperatureCelsius: limit('temperatureCelsius'),
      memoryShare: limit('memoryShare'),
      uncorrectedErrors: limit('uncorrectedErrors'),
      busyUtil: limit('busyUtil'),
      emptySmActive: limit('emptySmActive'),
      emptySeconds: limit('emptySeconds'),
    },
  };
  const problem =
    wrong.length === 0 ? '' : `${where}: not used, since it is out of range: ${wrong.join(', ')}.`;
  return { settings, problem };
}

/** The settings as the text of their file. */
export function printSettings(settings: Settings): string {
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/**
 * `$XDG_CONFIG_HOME/warpwatch/settings.json`, or below `~/.config` where that is not set or not absolute.
 * Source: XDG Base Directory Specification.
 */
export function settingsPath(
  environment: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): string {
  const base = environment['XDG_CONFIG_HOME'] ?? '';
  return join(isAbsolute(base) ? base : join(home, '.config'), 'warpwatch', 'settings.json');
}

/** Settings in a file that is written whole or not at all. Where it cannot be written, settings last for the run. */
export function settingsFile(path: string): SettingsStore {
  return {
    load() {
      try {
        const text = readFileSync(path, 'utf8');
        return parseSettings(text.length > mostBytes ? '' : text, path);
      } catch (error) {
        const missing = ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
        return {
          settings: defaultSettings,
          problem: missing ? '' : `${path} cannot be read and is not used.`,
        };
      }
    },
    save(settings) {
      const beside = `${path}.${randomBytes(6).toString('hex')}`;
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(beside, printSettings(settings), { flag: 'wx' });
        renameSync(beside, path);
      } catch {
        // A home that is read-only or full is no reason to stop.
        removeIfThere(beside);
      }
    },
  };
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or what forbade to rename it forbids this too.
  }
}

function oneOf<T>(values: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => values.some((known) => known === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isRatio(value: unknown): value is number {
  return isSize(value) && value <= 1;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
