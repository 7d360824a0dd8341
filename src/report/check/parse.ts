import { WarpwatchError } from '../../model/errors.ts';
import { type Literal, readLiteral } from './literal.ts';

export type Operator = '>=' | '<=' | '==' | '!=' | '>' | '<';

/** One part of a path: a key or the choice of an element, or every element of a list. */
export type Segment = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'every' };

/** An expression, before anybody has looked whether the contract has its path. */
export interface Requirement {
  /** As it was written, without the blanks around it. */
  readonly text: string;
  readonly path: readonly Segment[];
  readonly operator: Operator;
  readonly expected: Literal;
}

const operators: readonly Operator[] = ['>=', '<=', '==', '!=', '>', '<'];
/** No requirement that a person writes is longer; a longer text is a file that was given by mistake. */
const longestRequirement = 1000;
const key = /[\w-]+/y;

/**
 * Reads one requirement such as `devices[gpu1].idle.seconds < 1`.
 *
 *     requirement = path operator literal
 *     path        = name { "." name | "[" choice "]" }
 *     choice      = "*" | text without "]" | quoted text
 *     operator    = ">=" | "<=" | "==" | "!=" | ">" | "<"
 *     literal     = number [ unit ] | "true" | "false" | quoted text | text
 *
 * @throws WarpwatchError `usage` with what is wrong and where
 */
export function parseRequirement(written: string): Requirement {
  const text = written.trim();
  if (text.length > longestRequirement) {
    throw new WarpwatchError(
      'usage',
      `A requirement of ${text.length} characters is too long; it is one comparison, such as smActive>=0.4.`,
    );
  }
  const { path, end } = readPath(text);
  const rest = text.slice(end).trimStart();
  const operator = operators.find((sign) => rest.startsWith(sign));
  if (operator === undefined) throw wrong(text, whatFollows(rest));
  const literal = rest.slice(operator.length).trim();
  if (literal === '') throw wrong(text, `it lacks the value after ${operator}`);
  if (/^[<>=!]/.test(literal)) throw wrong(text, 'it has two operators in a row');
  return { text, path, operator, expected: readLiteral(literal) };
}

/** Reads a file of requirements: one a line; `#` begins a comment at a line's start or after a blank. */
export function parseRequirements(content: string): Requirement[] {
  return content
    .split(/\r?\n/)
    .map((line) => withoutComment(line).trim())
    .filter((line) => line !== '')
    .map(parseRequirement);
}

function withoutComment(line: string): string {
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '#' && (i === 0 || /\s/.test(line.charAt(i - 1)))) return line.slice(0, i);
  }
  return line;
}

function readPath(text: string): { path: Segment[]; end: number } {
  const path: Segment[] = [];
  let at = 0;
  do {
    if (text[at] === '[' && path.length > 0) {
      const { segment, end } = readChoice(text, at);
      path.push(segment);
      at = end;
    } else {
      if (path.length > 0) at++;
      key.lastIndex = at;
      const name = key.exec(text)?.[0];
      if (name === undefined)
        throw wrong(text, at === 0 ? 'it begins with no name' : 'a name is missing after a dot');
      path.push({ kind: 'name', name });
      at += name.length;
    }
  } while (text[at] === '.' || text[at] === '[');
  return { path, end: at };
}

function readChoice(text: string, open: number): { segment: Segment; end: number } {
  const quote = text.charAt(open + 1);
  const quoted = quote === '"' || quote === "'";
  const from = quoted ? open + 2 : open + 1;
  const close = text.indexOf(quoted ? `${quote}]` : ']', from);
  if (close < 0) throw wrong(text, `the bracket at character ${open + 1} is not closed`);
  const name = text.slice(from, close);
  if (name.trim() === '') throw wrong(text, 'a pair of brackets is empty');
  const end = close + (quoted ? 2 : 1);
  if (name === '*' && !quoted) return { segment: { kind: 'every' }, end };
  return { segment: { kind: 'name', name: quoted ? name : name.trim() }, end };
}

function whatFollows(rest: string): string {
  if (rest === '') return 'it lacks a comparison';
  if (rest.startsWith('=')) return 'a single = compares nothing; write ==';
  return `${JSON.stringify(rest.slice(0, 20))} is no comparison`;
}

function wrong(text: string, what: string): WarpwatchError {
  return new WarpwatchError(
    'usage',
    `The requirement ${JSON.stringify(text)} cannot be read: ${what}; it is a path, one of ${operators.join(' ')}, and a value, such as smActive>=0.4.`,
  );
}
