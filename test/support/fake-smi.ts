import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './temporary.ts';

const captures = fileURLToPath(new URL('../captures/nvidia-smi/', import.meta.url));

/** The XML parser that node-nvidia-smi itself uses. */
const { parseString }: { parseString(text: string, options: object, done: XmlDone): void } = createRequire(
  import.meta.url,
)('xml2js');

type XmlDone = (error: unknown, data: unknown) => void;

/** What the fake program does when it is run. */
export type FakeSmi =
  | { readonly prints: string }
  | { readonly prints: string; readonly half: true }
  | { readonly hangs: true }
  | { readonly exits: number; readonly says: string }
  | { readonly warns: string };

/** Text of a capture. */
export function smiCapture(name: string): string {
  return readFileSync(join(captures, `${name}.xml`), 'utf8');
}

/** A text as node-nvidia-smi hands it over, with the options of that package. */
export function smiAnswer(text: string): unknown {
  let answer: unknown;
  parseString(text, { explicitArray: false, trim: true }, (error, data) => {
    if (error !== null) throw error;
    answer = data;
  });
  return answer;
}

/** A program `nvidia-smi` that is found before any other; `pids` tells those that it ran as. */
export class FakeSmiProgram {
  readonly #directory = temporaryDirectory();

  constructor(does: FakeSmi) {
    this.does(does);
  }

  /** Value of PATH with which it is found. */
  get path(): string {
    return [this.#directory, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  }

  get pids(): readonly number[] {
    try {
      return readFileSync(join(this.#directory, 'pids'), 'utf8').trim().split('\n').map(Number);
    } catch {
      return [];
    }
  }

  /** Changes what it does from the next run on. */
  does(does: FakeSmi): void {
    const file = join(this.#directory, 'nvidia-smi');
    const text = join(this.#directory, 'text');
    const lines = ['#!/bin/sh', `echo $$ >> '${join(this.#directory, 'pids')}'`];
    if ('prints' in does) {
      const whole = smiCapture(does.prints);
      writeFileSync(text, 'half' in does ? whole.slice(0, whole.length / 2) : whole);
      lines.push(`exec cat '${text}'`);
    } else if ('hangs' in does) lines.push('exec sleep 1000');
    else {
      writeFileSync(text, 'exits' in does ? does.says : does.warns);
      lines.push('exits' in does ? `cat '${text}'; exit ${does.exits}` : `cat '${text}' >&2`);
    }
    writeFileSync(file, `${lines.join('\n')}\n`);
    chmodSync(file, 0o755);
  }
}
