/** Breaks a line at spaces; what follows is indented two further. */
export function wrapped(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return broken(line, width, `${indent}  `);
}

function broken(line: string, width: number, hanging: string): string[] {
  if (line.length <= width) return [line];
  const at = line.lastIndexOf(' ', width);
  if (at <= hanging.length) return [line];
  return [line.slice(0, at), ...broken(`${hanging}${line.slice(at + 1)}`, width, hanging)];
}
