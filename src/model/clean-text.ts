/**
 * Names come out of other people's programs: a kernel name may hold escape sequences, newlines or a megabyte of
 * template arguments. This is what of them may reach a terminal or a page.
 */

/** Longer texts are cut before anything else looks at them: no screen shows more, and regular expressions stay cheap. */
export const longestText = 4096;

const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~]?)/g;
/**
 * Controls (C0, DEL, C1), soft hyphen, line separators, direction and invisible format characters, tags, lone
 * surrogates: each can move the cursor, reorder a line, or make cells and characters disagree.
 */
const unprintable =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
/** ASCII, box drawing, block elements and braille: one cell each, and nearly all that is drawn. */
export const oneCellEach = /^[\u0020-\u007e\u2500-\u259f\u2800-\u28ff]*$/;

/** The text without anything that a terminal would obey: escape sequences, controls, direction marks. */
export function clean(text: string): string {
  if (text.length <= longestText && oneCellEach.test(text)) return text;
  return text
    .slice(0, longestText)
    .replace(/[\t\n\r]+/g, ' ')
    .replace(escapeSequences, '')
    .replace(unprintable, '');
}
