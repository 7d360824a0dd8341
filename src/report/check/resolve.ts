import { advice } from '../../analysis/advice/index.ts';
import { WarpwatchError } from '../../model/errors.ts';
import {
  deviceShape,
  type ListShape,
  type ObjectShape,
  reportShape,
  type Shape,
  type Unit,
} from './contract.ts';
import type { Requirement, Segment } from './parse.ts';
import { nearestPath } from './suggest.ts';

/** A requirement whose path the contract has, and whose value can be compared with it. */
export interface Resolved {
  readonly requirement: Requirement;
  /** From the root of the report; a bare figure of a device begins with every device. */
  readonly path: readonly Segment[];
  readonly unit: Unit;
}

/**
 * Looks a requirement's path up in the contract of the report.
 * @throws WarpwatchError `usage` where the contract has no such path, or its value cannot be compared like this
 */
export function resolveRequirement(requirement: Requirement): Resolved {
  const path = fromRoot(requirement);
  let shape: Shape = reportShape;
  for (const segment of path) shape = step(requirement, shape, segment);
  if (typeof shape === 'object') throw several(requirement, shape);
  checkComparison(requirement, shape);
  return { requirement, path, unit: shape };
}

/** The path as the report has it: bare figures belong to every device, a finding stands for its severity. */
function fromRoot({ path }: Requirement): Segment[] {
  const [first, second] = path;
  const name = first?.kind === 'name' ? first.name : '';
  const ofDevice = !Object.hasOwn(reportShape.fields, name) && Object.hasOwn(deviceShape.fields, name);
  if (ofDevice) return [{ kind: 'name', name: 'devices' }, { kind: 'every' }, ...path];
  if (name === 'advice' && path.length === 2 && second?.kind === 'name' && second.name !== 'length') {
    return [...path, { kind: 'name', name: 'severity' }];
  }
  return [...path];
}

function step(requirement: Requirement, shape: Shape, segment: Segment): Shape {
  if (isList(shape)) {
    if (segment.kind === 'every') return shape.each;
    if (segment.name === 'length') return 'number';
    if (isAdvice(shape)) checkAdviceId(segment.name);
    return shape.each;
  }
  if (typeof shape === 'object' && segment.kind === 'name') {
    const { name } = segment;
    const next = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (next !== undefined) return next;
    // What versions a run has is its own affair.
    if (shape === versions) return 'text';
  }
  throw unknownPath(requirement);
}

const versions: ObjectShape = reportShape.fields.run.fields.versions;

function isList(shape: Shape): shape is ListShape {
  return typeof shape === 'object' && 'each' in shape;
}

function isAdvice(shape: ListShape): boolean {
  return shape === reportShape.fields.advice;
}

function checkAdviceId(id: string): void {
  if (/^\d+$/.test(id) || advice.some((piece) => piece.id === id)) return;
  throw new WarpwatchError(
    'usage',
    `There is no advice ${JSON.stringify(id)}; there is ${advice.map((piece) => piece.id).join(', ')}.`,
  );
}

function unknownPath({ text, path }: Requirement): WarpwatchError {
  const written = path.map((segment) => (segment.kind === 'every' ? '*' : segment.name)).join('.');
  const near = nearestPath(written);
  const hint =
    near === null ? 'look at `warpwatch report PATH --json` for what there is' : `did you mean ${near}?`;
  return new WarpwatchError(
    'usage',
    `The report has no ${written}, which ${JSON.stringify(text)} asks for; ${hint}`,
  );
}

function several({ text }: Requirement, shape: ListShape | ObjectShape): WarpwatchError {
  const next = isList(shape) ? ['[0]', '[*]', '.length'] : Object.keys(shape.fields);
  return new WarpwatchError(
    'usage',
    `The path of ${JSON.stringify(text)} holds several values; go on with one of ${next.join(', ')}.`,
  );
}

function checkComparison({ text, operator, expected }: Requirement, unit: Unit): void {
  const wrong = (what: string) =>
    new WarpwatchError('usage', `${JSON.stringify(text)} cannot hold or fail: ${what}.`);
  if (unit === 'numbers' || unit === 'texts') throw wrong('a list is there, not one value');
  const ordered = operator !== '==' && operator !== '!=';
  if (unit === 'text') {
    if (ordered) throw wrong('a text is there; compare it by == or !=');
    return;
  }
  if (unit === 'boolean') {
    if (ordered || expected.kind !== 'boolean') throw wrong('true or false is there; compare it by == or !=');
    return;
  }
  if (expected.kind !== 'number') throw wrong('a number is there; compare it with one');
  if (expected.unit !== null && expected.unit !== unit) throw wrong(whatItIs(unit));
  if (unit === 'ratio' && Math.abs(expected.value) > 1) throw wrong(`${whatItIs(unit)}; write 40% or 0.4`);
}

function whatItIs(unit: Unit): string {
  if (unit === 'ratio') return 'the figure is a share of 0..1';
  if (unit === 'seconds') return 'the figure is a time in seconds';
  if (unit === 'bytes') return 'the figure is in bytes';
  return 'the figure is a plain number without a unit';
}
