import type { Importer } from '../importer.ts';

const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/** Traces of `torch.profiler`, and other files in Chrome's trace event format. */
export const kinetoImporter: Importer = {
  id: 'kineto',
  reads: 'PyTorch profiler (Kineto) or Chrome trace JSON',
  detect(head) {
    let at = byteOrderMark.every((byte, index) => head[index] === byte) ? byteOrderMark.length : 0;
    while (isSpace(head[at])) at++;
    const first = head[at];
    if (first !== 0x7b && first !== 0x5b) return false;
    do at++;
    while (isSpace(head[at]));
    const second = head[at];
    // An object opens with a name or closes; an array of events opens with an object or closes.
    if (second === undefined) return true;
    return first === 0x7b ? second === 0x22 || second === 0x7d : second === 0x7b || second === 0x5d;
  },
  async read(file) {
    const { readKineto } = await import('./read.ts');
    return readKineto(file);
  },
};

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
