import type { Launch } from '../model/activity.ts';
import { frameTypes, maxStringLength, writtenPayloadBytes } from './format.ts';
import { encodeFrame } from './frames.ts';
import { bareGrid, encodeGrids, type GridDefinition, gridBytes } from './payloads/grids.ts';
import {
  encodeLaunches,
  type LaunchDefinition,
  launchBytes,
  withoutOddNumbers,
} from './payloads/launches.ts';
import { encodeStrings } from './payloads/strings.ts';

const gridsPerFrame = Math.floor(writtenPayloadBytes / gridBytes) - 1;
const launchesPerFrame = Math.floor(writtenPayloadBytes / launchBytes) - 1;
/** UTF-8 of one UTF-16 unit at most; a surrogate pair takes four bytes, two a unit. */
const bytesPerUnit = 3;
const bytesBesideString = 8;

/** Gives launches and their strings the ids of a stream, and remembers which are not written yet. */
export class Interner {
  readonly #stringIds = new Map<string, number>([['', 0]]);
  #newStrings: string[] = [];
  #newLaunches: LaunchDefinition[] = [];
  #newGrids: GridDefinition[] = [];
  #launches = 0;

  /** The id of a launch, a new one each time. */
  define(launch: Launch): number {
    const grid = bareGrid(launch.shape);
    if (grid !== null) this.#newGrids.push({ launch: this.#launches, ...grid });
    this.#newLaunches.push({
      launch: withoutOddNumbers(launch),
      nameId: this.#intern(launch.name),
      deviceId: this.#intern(launch.device),
      layerId: this.#intern(launch.layer),
      phaseId: this.#intern(launch.phase),
    });
    return this.#launches++;
  }

  /** Hands the frames of what is new to `define`, strings and grids before the launches that use them. */
  encode(define: (frame: Uint8Array) => void): void {
    let firstString = this.#stringIds.size - this.#newStrings.length;
    for (const strings of batchesOfStrings(this.#newStrings)) {
      define(encodeFrame(frameTypes.strings, encodeStrings({ firstId: firstString, strings })));
      firstString += strings.length;
    }
    for (let at = 0; at < this.#newGrids.length; at += gridsPerFrame) {
      const grids = this.#newGrids.slice(at, at + gridsPerFrame);
      define(encodeFrame(frameTypes.grids, encodeGrids(grids)));
    }
    const firstLaunch = this.#launches - this.#newLaunches.length;
    for (let at = 0; at < this.#newLaunches.length; at += launchesPerFrame) {
      const launches = this.#newLaunches.slice(at, at + launchesPerFrame);
      define(encodeFrame(frameTypes.launches, encodeLaunches(firstLaunch + at, launches)));
    }
    this.#newStrings = [];
    this.#newLaunches = [];
    this.#newGrids = [];
  }

  #intern(given: string): number {
    const text = given.length > maxStringLength ? `${given.slice(0, maxStringLength - 1)}…` : given;
    const known = this.#stringIds.get(text);
    if (known !== undefined) return known;
    const id = this.#stringIds.size;
    this.#stringIds.set(text, id);
    this.#newStrings.push(text);
    return id;
  }
}

/** In order, as many together as surely fit one frame. */
function* batchesOfStrings(strings: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let room = writtenPayloadBytes;
  for (const text of strings) {
    const bytes = text.length * bytesPerUnit + bytesBesideString;
    if (bytes > room - bytesBesideString) {
      yield batch;
      batch = [];
      room = writtenPayloadBytes;
    }
    batch.push(text);
    room -= bytes;
  }
  if (batch.length > 0) yield batch;
}
