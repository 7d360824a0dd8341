const decoder = new TextDecoder('utf-8');
const shortEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const escapes = /\\(?:u([0-9a-fA-F]{4})|([\s\S]?))/g;

/**
 * The text of a JSON string's inside. Bytes that are no UTF-8 become U+FFFD and control characters stay: names are
 * cleaned where they are shown.
 * @param cut whether the bytes are the beginning of a longer name; what its end may have broken is dropped
 */
export function decodeName(bytes: Uint8Array, cut = false): string {
  const text = decoder.decode(cut ? bytes.subarray(0, wholeLength(bytes)) : bytes);
  const plain = text.includes('\\') ? withoutEscapes(text) : text;
  return cut ? `${plain}…` : plain;
}

function withoutEscapes(text: string): string {
  return text.replace(escapes, (_all, unit: string | undefined, single: string | undefined) =>
    unit === undefined
      ? (shortEscapes[single ?? ''] ?? single ?? '')
      : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

/** Up to where no character of UTF-8 and no escape is broken. */
function wholeLength(bytes: Uint8Array): number {
  let length = bytes.length;
  // An escape is six bytes at most.
  const backslash = bytes.lastIndexOf(0x5c);
  if (backslash >= length - 6) {
    length = backslash;
    // In a row of them it may itself be escaped.
    while (length > 0 && bytes[length - 1] === 0x5c) length--;
  }
  while (length > 0 && ((bytes[length - 1] as number) & 0xc0) === 0x80) length--;
  if (length > 0 && (bytes[length - 1] as number) >= 0xc0) length--;
  return length;
}
