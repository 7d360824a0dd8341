/** Breaks a line at spaces; what follows is indented two further. */
export function wrapped(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const at = line.lastIndexOf(' ', width);
  if (at <= indent.length) return [line];
  return [
    line.slice(0, at),
    ...wrapped(`${indent.length < 6 ? `${indent}  ` : indent}${line.slice(at + 1)}`, width),
  ];
}
