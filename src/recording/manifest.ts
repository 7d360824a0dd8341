import { readFileSync } from 'node:fs';
import { cpus, hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Device } from '../model/device.ts';
import { systemErrorCode, WarpwatchError } from '../model/errors.ts';
import type { HostInfo, RunInfo } from '../model/timeline.ts';
import { clockName, readClockAnchor } from './clock.ts';
import { crc32 } from './crc32.ts';
import { formatName, formatVersion, manifestFile } from './format.ts';

/** What a recording says of itself before anything happened; written once and never changed. */
export interface Manifest {
  readonly run: RunInfo;
  readonly devices: readonly Device[];
  readonly clock: ManifestClock;
}

/** The recording's origin: all its times count from here. */
export interface ManifestClock {
  readonly name: string;
  readonly clockNs: bigint;
  readonly unixNs: bigint;
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

function thisHost(): HostInfo {
  const cores = cpus();
  return {
    name: hostname(),
    platform: `${process.platform} ${process.arch}`,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
  };
}

/** The text of manifest.json. */
export function encodeManifest(manifest: Manifest): string {
  const body = {
    format: formatName,
    version: formatVersion,
    run: manifest.run,
    devices: manifest.devices,
    clock: {
      name: manifest.clock.name,
      clockNs: String(manifest.clock.clockNs),
      unixNs: String(manifest.clock.unixNs),
    },
  };
  return `${JSON.stringify({ ...body, crc32: checksum(body) }, null, 2)}\n`;
}

/**
 * Reads a manifest text.
 * @param path names the file in errors
 * @throws WarpwatchError `bad-manifest`, `newer-version`
 */
export function parseManifest(text: string, path: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'is not JSON', cause);
  }
  const { crc32: expected, ...body } = record(json, path);
  if (body['format'] !== formatName) throw damaged(path, `is not of a ${formatName}`);
  if (typeof body['version'] !== 'number') throw damaged(path, 'has no version');
  if (body['version'] > formatVersion) {
    throw new WarpwatchError(
      'newer-version',
      `${path} has format version ${body['version']}, this warpwatch reads up to ${formatVersion}; install a newer warpwatch to open it.`,
    );
  }
  if (expected !== checksum(body)) throw damaged(path, 'does not match its checksum');
  const clock = record(body['clock'], path);
  try {
    return {
      // The checksum vouches that a writer of this version made the rest.
      run: body['run'] as RunInfo,
      devices: body['devices'] as Device[],
      clock: {
        name: String(clock['name']),
        clockNs: BigInt(String(clock['clockNs'])),
        unixNs: BigInt(String(clock['unixNs'])),
      },
    };
  } catch (cause) {
    throw damaged(path, 'has no clock', cause);
  }
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

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged(path, 'is not a JSON object');
  return value as Record<string, unknown>;
}

/** CRC-32 of the compact JSON text, in hexadecimal, so that white space may change and nothing else. */
function checksum(body: unknown): string {
  return crc32(Buffer.from(JSON.stringify(body), 'utf8'))
    .toString(16)
    .padStart(8, '0');
}
