import { basename } from 'node:path';
import { clean } from '../../model/clean-text.ts';

/** Characters of a command that a table has room for. */
const mostCharacters = 40;
const left = '…';

/**
 * Short names of two commands, unlike each other even where the commands are the same: `A (python ddp.py)`. Directories are left
 * out, and of long commands the words that both have.
 */
export function commandLabels([a, b]: readonly [readonly string[], readonly string[]]): [string, string] {
  const [shortA, shortB] = [a.map(shortWord), b.map(shortWord)];
  return [`A (${shorten(shortA, shortB)})`, `B (${shorten(shortB, shortA)})`];
}

/** A command in one line that is safe to print. */
export function commandText(command: readonly string[]): string {
  return command.map(oneLine).join(' ');
}

function shorten(words: readonly string[], others: readonly string[]): string {
  const whole = words.join(' ');
  if (whole.length <= mostCharacters) return whole;
  const [program = '', ...rest] = words;
  const own = rest.filter((word) => !others.includes(word));
  const shorter = own.length === 0 || own.length === rest.length ? whole : [program, left, ...own].join(' ');
  const characters = [...shorter];
  return characters.length <= mostCharacters
    ? shorter
    : `${characters.slice(0, mostCharacters - 1).join('')}${left}`;
}

/** The name of a file that is named by its place. */
function shortWord(word: string): string {
  return oneLine(/^\.{0,2}\//.test(word) ? basename(word) : word);
}

function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ');
}
