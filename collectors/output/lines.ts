/** Longer lines are looked at up to here; their rest passes by unread. */
export const longestLine = 65_536;

const lineFeed = 10;
const carriageReturn = 13;
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~]?)/g;

/**
 * Cuts the bytes of a program's output into lines, at line feeds and at the carriage returns of progress bars. Colours
 * and other escapes are taken out.
 */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  take(bytes: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte !== lineFeed && byte !== carriageReturn) continue;
      this.#keep(bytes.subarray(from, at));
      this.end();
      from = at + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  /** The output has ended: what stands there is a line although none ends it. */
  end(): void {
    if (this.#length === 0) return;
    const line = Buffer.concat(this.#parts).toString('utf8').replaceAll(escapes, '');
    this.#parts.length = 0;
    this.#length = 0;
    this.#onLine(line);
  }

  #keep(bytes: Uint8Array): void {
    const room = longestLine - this.#length;
    if (bytes.length === 0 || room <= 0) return;
    // A copy: whoever hands in bytes may use their memory again.
    const part = Uint8Array.prototype.slice.call(bytes, 0, room);
    this.#parts.push(part);
    this.#length += part.length;
  }
}
