/**
 * A small assembler of WebAssembly functions. An expression or a statement is its bytes in the binary format
 * (https://webassembly.github.io/spec/core/binary/), so code is composed by concatenation and nothing is parsed.
 */
export type Code = readonly number[];
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

const typeBytes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** Unsigned LEB128. */
export function unsignedLeb(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
export function signedLeb(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

type Unary = (value: Code) => Code;
type Binary = (left: Code, right: Code) => Code;
const unary =
  (...opcode: number[]): Unary =>
  (value) => [...value, ...opcode];
const binary =
  (...opcode: number[]): Binary =>
  (left, right) => [...left, ...right, ...opcode];
/** SIMD instructions: prefix 0xfd, then the number as LEB128. */
const vectorUnary = (opcode: number): Unary => unary(0xfd, ...unsignedLeb(opcode));
const vectorBinary = (opcode: number): Binary => binary(0xfd, ...unsignedLeb(opcode));

/** Loads and stores name an alignment of 2^2 bytes: it is a hint, and tensors are aligned so. */
const memory = (offset: number): Code => [2, ...unsignedLeb(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signedLeb(value)],
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  shiftLeft: (value: Code, bits: number): Code => [...value, 0x41, ...signedLeb(bits), 0x74],
  equal: binary(0x46),
  shiftRight: (value: Code, bits: number): Code => [...value, 0x41, ...signedLeb(bits), 0x76],
  lessThan: binary(0x48),
  greaterThan: binary(0x4a),
};

export const f32 = {
  load: (pointer: Code, offset = 0): Code => [...pointer, 0x2a, ...memory(offset)],
  store: (pointer: Code, value: Code, offset = 0): Code => [...pointer, ...value, 0x38, ...memory(offset)],
  const: (value: number): Code => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)],
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  max: binary(0x97),
  greaterThan: binary(0x5e),
  select: (condition: Code, yes: Code, no: Code): Code => [...yes, ...no, ...condition, 0x1b],
};

export const f64 = {
  load: (pointer: Code, offset = 0): Code => [...pointer, 0x2b, ...memory(offset)],
  store: (pointer: Code, value: Code, offset = 0): Code => [...pointer, ...value, 0x39, ...memory(offset)],
  add: binary(0xa0),
  promote: unary(0xbb),
};

export const v128 = {
  load: (pointer: Code, offset = 0): Code => [...pointer, 0xfd, 0, ...memory(offset)],
  /** Loads one 32-bit lane and copies it to all four. */
  loadSplat: (pointer: Code, offset = 0): Code => [...pointer, 0xfd, 9, ...memory(offset)],
  store: (pointer: Code, value: Code, offset = 0): Code => [
    ...pointer,
    ...value,
    0xfd,
    11,
    ...memory(offset),
  ],
  zero: [0xfd, 12, ...new Array<number>(16).fill(0)] as Code,
  /** Lanes 0..3 are those of `left`, 4..7 those of `right`. */
  shuffle: (left: Code, right: Code, lanes: readonly [number, number, number, number]): Code => [
    ...left,
    ...right,
    0xfd,
    13,
    ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  ],
  and: vectorBinary(78),
  /** Bits of `yes` where `mask` has ones, of `no` elsewhere. */
  select: (mask: Code, yes: Code, no: Code): Code => [...yes, ...no, ...mask, 0xfd, 82],
};

export const f32x4 = {
  splat: vectorUnary(19),
  add: vectorBinary(228),
  sub: vectorBinary(229),
  mul: vectorBinary(230),
  min: vectorBinary(232),
  max: vectorBinary(233),
  lessThan: vectorBinary(67),
  greaterThan: vectorBinary(68),
};

export const f64x2 = {
  add: vectorBinary(240),
  /** The two low lanes of four floats as doubles. */
  promoteLow: vectorUnary(95),
};

/** A parameter or a local variable. */
export interface Variable {
  readonly get: Code;
  set(value: Code): Code;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** Hands out the local variables of a function while its body is written. */
export class Locals {
  readonly types: ValueType[];

  /** Parameters and locals share one index space, parameters first. */
  constructor(parameters: readonly ValueType[]) {
    this.types = [...parameters];
  }

  i32(): Variable {
    return this.add('i32');
  }

  f32(): Variable {
    return this.add('f32');
  }

  v128(): Variable {
    return this.add('v128');
  }

  /** As many vectors as asked for. */
  vectors(count: number): readonly Variable[] {
    return Array.from({ length: count }, () => this.v128());
  }

  private add(type: ValueType): Variable {
    return variable(this.types.push(type) - 1);
  }
}

function variable(index: number): Variable {
  return {
    get: [0x20, ...unsignedLeb(index)],
    set: (value) => [...value, 0x21, ...unsignedLeb(index)],
  };
}

/**
 * Writes a function without a result. All parameters are i32, except those whose name starts with `f32:`.
 *
 * @param names its parameters in order
 * @param write gets the parameters by name and the locals, and returns the body
 */
export function defineFunction<Name extends string>(
  name: string,
  names: readonly Name[],
  write: (parameters: Readonly<Record<Name, Variable>>, locals: Locals) => Code,
): FunctionDefinition {
  const parameters = names.map((each): ValueType => (each.startsWith('f32:') ? 'f32' : 'i32'));
  const locals = new Locals(parameters);
  const byName = Object.fromEntries(names.map((each, index) => [each, variable(index)])) as Record<
    Name,
    Variable
  >;
  const body = write(byName, locals);
  return { name, parameters, locals: locals.types.slice(parameters.length), body };
}

/** Runs the statements one after another. */
export function sequence(...statements: readonly Code[]): Code {
  return statements.flat();
}

/** `while (condition) body`. */
export function whileLoop(condition: Code, body: Code): Code {
  // block { loop { if not condition, leave the block; body; next round } }
  return [0x02, 0x40, 0x03, 0x40, ...condition, 0x45, 0x0d, 1, ...body, 0x0c, 0, 0x0b, 0x0b];
}

/** `for (counter = 0; counter < count; counter++) body`. */
export function repeat(counter: Variable, count: Code, body: Code): Code {
  const next = counter.set(i32.add(counter.get, i32.const(1)));
  return [...counter.set(i32.const(0)), ...whileLoop(i32.lessThan(counter.get, count), sequence(body, next))];
}

/** `if (condition) body`. */
export function when(condition: Code, body: Code): Code {
  return [...condition, 0x04, 0x40, ...body, 0x0b];
}

/** `if (condition) yes else no`. */
export function whenElse(condition: Code, yes: Code, no: Code): Code {
  return [...condition, 0x04, 0x40, ...yes, 0x05, ...no, 0x0b];
}

/** The smaller of two numbers; both are evaluated twice. */
export function minimum(left: Code, right: Code): Code {
  return [...left, ...right, ...i32.lessThan(left, right), 0x1b];
}

/** `variable += amount`, for pointers and counters. */
export function advance(pointer: Variable, amount: Code | number): Code {
  return pointer.set(i32.add(pointer.get, typeof amount === 'number' ? i32.const(amount) : amount));
}

/** Assembles a module that exports every function and works on an imported memory, `env.memory`. */
export function assembleModule(functions: readonly FunctionDefinition[], sharedMemory: boolean): Uint8Array {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...vector(parameters.map((type) => [typeBytes[type]])),
    0,
  ]);
  // A shared memory must be imported with a maximum; 65536 pages are the 4 GB of the backend's.
  const limits = sharedMemory ? [3, 0, ...unsignedLeb(65536)] : [0, 0];
  const imports = [[...text('env'), ...text('memory'), 2, ...limits]];
  const indices = functions.map((_, index) => unsignedLeb(index));
  const exports = functions.map(({ name }, index) => [...text(name), 0, ...unsignedLeb(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, typeBytes[type]])), ...body, 0x0b];
    return [...unsignedLeb(code.length), ...code];
  });
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, imports),
    ...section(3, indices),
    ...section(7, exports),
    ...section(10, bodies),
  ]);
}

function vector(items: readonly Code[]): Code {
  return [...unsignedLeb(items.length), ...items.flat()];
}

function section(id: number, items: readonly Code[]): Code {
  const content = vector(items);
  return [id, ...unsignedLeb(content.length), ...content];
}

function text(value: string): Code {
  return vector([...new TextEncoder().encode(value)].map((byte) => [byte]));
}
