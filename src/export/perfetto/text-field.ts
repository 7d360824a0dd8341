import type { PbfWriter } from 'pbf';

const encoder = new TextEncoder();

/**
 * Writes a string field. pbf's own encoder (5.1.2) turns every second plane beyond U+FFFF into another, such as U+20000
 * into U+10000; this one writes U+FFFD for a lone surrogate too, and the fields are valid UTF-8.
 */
export function writeTextField(pbf: PbfWriter, field: number, text: string): void {
  pbf.writeBytesField(field, encoder.encode(text));
}
