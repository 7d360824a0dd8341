/** What matters of an executable to a library that is to be loaded into it. */
export interface ElfFacts {
  readonly bits: 32 | 64;
  /** It names no dynamic loader (PT_INTERP). */
  readonly static: boolean;
}

/** Offsets of elf(5). */
const programHeaderSize = 56;
const loadersName = 3;

/** Reads the head of an ELF file; null for any other file, or where the program headers are not in these bytes. */
export function examineElf(head: Buffer): ElfFacts | null {
  if (head.length < 64 || head.readUInt32BE(0) !== 0x7f454c46) return null;
  if (head[4] === 1) return { bits: 32, static: false };
  // Big-endian machines have no CUDA.
  if (head[4] !== 2 || head[5] !== 1) return null;
  const offset = Number(head.readBigUInt64LE(32));
  const count = head.readUInt16LE(56);
  if (head.readUInt16LE(54) !== programHeaderSize || offset + count * programHeaderSize > head.length) {
    return null;
  }
  const types = Array.from({ length: count }, (_, at) => head.readUInt32LE(offset + at * programHeaderSize));
  return { bits: 64, static: !types.includes(loadersName) };
}
