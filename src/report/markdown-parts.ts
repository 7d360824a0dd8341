import { clean } from '../model/clean-text.ts';

/** Names come from other people's programs: nothing of them may be read as Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return clean(text).replace(/[\\`*_{}[\]<>|#&]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param rule such as `| --- | ---: |` */
export function markdownTable(
  heads: readonly string[],
  rule: string,
  rows: readonly (readonly string[])[],
): string {
  const row = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [row(heads), rule, ...rows.map(row)].join('\n');
}
