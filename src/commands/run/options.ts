import { type Command, InvalidArgumentError, Option } from 'commander';
import { type OutputPattern, parsePattern } from '../../../collectors/output/patterns.ts';
import { messageOf } from '../../model/errors.ts';

/** What of the kernels is kept. */
export interface KernelMode {
  readonly mode: 'full' | 'summary' | 'window';
  /** `window` only: kernels are recorded for `onNs` at the beginning of each `periodNs`. */
  readonly onNs?: bigint;
  readonly periodNs?: bigint;
}

/** What is recorded of a program, as options of a command line. */
export interface RecordingOptions {
  readonly kernels: KernelMode;
  readonly limit?: number;
  readonly step?: string;
  readonly libcupti?: string;
  readonly metric?: readonly OutputPattern[];
  readonly tensorboard?: readonly string[];
  readonly dcgm?: string;
}

/** Declares `RecordingOptions`, the same for every verb that runs programs. */
export function addRecordingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--kernels <mode>',
        'full: every launch; summary: sums a second; "window 2s/60s": every launch, now and then',
      )
        .argParser(parseKernelMode)
        .default({ mode: 'full' }, 'full'),
    )
    .option(
      '--limit <size>',
      'most that the kernels of a process take on disk, such as 500MB; the oldest go',
      parseSize,
    )
    .option('--step <pattern>', 'NVTX ranges with such names are steps too (extended regular expression)')
    .option('--libcupti <path>', 'the libcupti to use before all others')
    .option(
      '--metric <pattern>',
      "a number in the program's output, such as 'loss=(\\S+)' or 'loss:step \\d+ (\\S+)'; may be repeated",
      addPattern,
    )
    .option('--tensorboard <path>', 'follow the TensorBoard event files there; may be repeated', addPath)
    .option('--dcgm <url or file>', 'a dcgm-exporter page, for counters of GPUs before Hopper');
}

/** What the agent takes where nothing else is said: two seconds of each minute. */
const defaultWindow = { onNs: 2_000_000_000n, periodNs: 60_000_000_000n };

const secondsOf: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, min: 60, h: 3600 };
const bytesOf: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `full`, `summary`, `window`, `window 2s/60s` or `window:2s/60s`. Throws as commander has it. */
export function parseKernelMode(text: string): KernelMode {
  if (text === 'full' || text === 'summary') return { mode: text };
  if (text === 'window') return { mode: 'window', ...defaultWindow };
  const [, on, period] = /^window[ :=]\s*([^/\s]+)\s*\/\s*([^/\s]+)$/.exec(text) ?? [];
  const onNs = durationNs(on);
  const periodNs = durationNs(period);
  if (onNs === null || periodNs === null || onNs > periodNs) {
    throw new InvalidArgumentError(
      'It takes full, summary, window, or "window 2s/60s": how long of each how long.',
    );
  }
  return { mode: 'window', onNs, periodNs };
}

function durationNs(text: string | undefined): bigint | null {
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|min|h)$/.exec(text ?? '') ?? [];
  const seconds = Number(number) * (secondsOf[unit ?? ''] ?? Number.NaN);
  return seconds > 0 && seconds < 1e9 ? BigInt(Math.round(seconds * 1e9)) : null;
}

/** Bytes of `500MB`, `2GiB`, `1000000`. Throws as commander has it. */
export function parseSize(text: string): number {
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?) ?([kKMGT]?i?B?)$/.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (bytesOf[unit ?? '-'] ?? Number.NaN));
  if (!(bytes >= smallestLimit && bytes <= Number.MAX_SAFE_INTEGER)) {
    throw new InvalidArgumentError('It takes a size from 1MB on, such as 500MB or 2GiB.');
  }
  return bytes;
}

/** Below this a stream could not even hold what describes its kernels. */
const smallestLimit = 1e6;

/** Adds a pattern to those given before. Throws as commander has it. */
function addPattern(text: string, before: readonly OutputPattern[] = []): readonly OutputPattern[] {
  try {
    return [...before, parsePattern(text)];
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function addPath(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
