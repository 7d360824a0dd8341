/** What a picture says of itself before its pixels. */
export interface FrameHeader {
  readonly width: number;
  readonly height: number;
  /** Colours of a pixel: 1 gray, 3 colour, 4 print or with alpha. */
  readonly channels: number;
  /** Bits of each. */
  readonly bits: number;
}

/** Start-of-frame markers (ITU-T T.81, table B.1): C0 to CF without the tables C4, C8 and CC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Reads the frame header of a JPEG file, or null where there is none. */
export function readJpegHeader(bytes: Uint8Array): FrameHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) {
      // Some cameras leave bytes between segments.
      at += 1;
      continue;
    }
    const marker = bytes[at + 1] as number;
    // Fill bytes and markers without a length.
    if (marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) {
      return {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        channels: bytes[at + 9] as number,
        bits: bytes[at + 4] as number,
      };
    }
    // Pixels or the end without a frame before.
    if (marker === 0xda || marker === 0xd9) return null;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Reads the header chunk of a PNG file (the PNG specification, 11.2.2), or null where there is none. */
export function readPngHeader(bytes: Uint8Array): FrameHeader | null {
  if (bytes.length < 33) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(12) !== 0x49484452) return null;
  const channelsByType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };
  const channels = channelsByType[bytes[25] as number];
  if (channels === undefined) return null;
  return { width: view.getUint32(16), height: view.getUint32(20), channels, bits: bytes[24] as number };
}
