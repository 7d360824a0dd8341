import { readFileSync } from 'node:fs';
import { cpus, hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Device } from '../model/device.ts';
import { messageOf, systemErrorCode, WarpwatchError } from '../model/errors.ts';
import type { HostInfo, RunInfo } from '../model/timeline.ts';
import { clockName, readClockAnchor } from './clock.ts';
import { crc32 } from './crc32.ts';
import { formatName, formatVersion, manifestFile, newerVersion } from './format.ts';
import { clockShape, deviceShape, type NamedClock, runShape } from './payloads/documents.ts';
import { listOf, object } from './shapes.ts';

/** What a recording says of itself before anything happened; written once and never changed. */
export interface Manifest {
  readonly run: RunInfo;
  readonly devices: readonly Device[];
  /** The recording's origin: all its times count from here. */
  readonly clock: NamedClock;
}

/** Describes a run on this host that begins now. */
export function describeRun(
  title: string,
  command: readonly string[],
  versions: Readonly<Record<string, string>>,
  devices: readonly Device[],
): Manifest {
  return {
    run: {
      title,
      command,
      createdAt: new Date().toISOString(),
      host: thisHost(),
      versions: { ...versions, node: process.versions.node },
    },
    devices,
    clock: { name: clockName(), ...readClockAnchor() },
  };
}

/** What this machine is. */
export function thisHost(): HostInfo {
  const cores = cpus();
  return {
    name: hostname(),
    platform: `${process.platform} ${process.arch}`,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
  };
}

/** The text of manifest.json: its last member is the checksum of every byte before that member's name. */
export function encodeManifest({ run, devices, clock }: Manifest): string {
  const body = {
    format: formatName,
    version: formatVersion,
    run,
    devices,
    clock: { name: clock.name, clockNs: String(clock.clockNs), unixNs: String(clock.unixNs) },
  };
  const summed = `${JSON.stringify(body, null, 2).slice(0, -'\n}'.length)},\n  `;
  return `${summed}${checksumName}: "${checksum(summed)}"\n}\n`;
}

/**
 * Reads a manifest text.
 * @param path names the file in errors
 * @throws WarpwatchError `bad-manifest`, `newer-version`
 */
export function parseManifest(text: string, path: string): Manifest {
  const json = parseObject(text, path);
  if (json['format'] !== formatName) throw damaged(path, `is not of a ${formatName}`);
  const version = json['version'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw damaged(path, 'has no version');
  }
  // Before the checksum, whose rule a later version may change.
  if (version > formatVersion) throw newerVersion(path, version);
  if (json['crc32'] !== checksum(text.slice(0, text.lastIndexOf(checksumName)))) {
    throw damaged(path, 'does not match its checksum');
  }
  try {
    return manifestShape(json, 'it');
  } catch (cause) {
    throw damaged(path, `is not of its form (${messageOf(cause)})`, cause);
  }
}

const checksumName = '"crc32"';

const manifestShape = object<Manifest>({ run: runShape, devices: listOf(deviceShape), clock: clockShape });

function parseObject(text: string, path: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'is not JSON', cause);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw damaged(path, 'is not a JSON object');
  }
  return json as Record<string, unknown>;
}

/**
 * Reads the manifest of a recording.
 * @throws WarpwatchError `not-found` where there is no such directory or it holds no manifest, and as `parseManifest`
 */
export function readManifest(directory: string): Manifest {
  const path = join(directory, manifestFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(directory, cause);
  }
  return parseManifest(text, path);
}

function unreadable(directory: string, cause: unknown): WarpwatchError {
  switch (systemErrorCode(cause)) {
    case 'ENOENT':
      return new WarpwatchError(
        'not-found',
        `${directory} is not a recording: it has no ${manifestFile}; name a directory that warpwatch wrote.`,
        { cause },
      );
    case 'ENOTDIR':
      return new WarpwatchError('not-found', `${directory} is a file; name the directory of a recording.`, {
        cause,
      });
    default:
      return new WarpwatchError(
        'unreadable',
        `${join(directory, manifestFile)} cannot be read: ${String(cause)}.`,
        { cause },
      );
  }
}

function damaged(path: string, what: string, cause?: unknown): WarpwatchError {
  return new WarpwatchError(
    'bad-manifest',
    `${path} ${what}; the recording cannot be opened without its manifest.`,
    { cause },
  );
}

function checksum(text: string): string {
  return crc32(Buffer.from(text, 'utf8')).toString(16).padStart(8, '0');
}
