import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  assembleModule,
  defineFunction,
  type FunctionDefinition,
  f32,
  f32x4,
  f64,
  i32,
  minimum,
  repeat,
  sequence,
  signedLeb,
  unsignedLeb,
  v128,
  when,
  whenElse,
} from '../../../workloads/backends/wasm/simd/assembler.ts';

const test = suite('assembler');

test('numbers in LEB128 are those of the specification', () => {
  assert.equal(unsignedLeb(0), [0]);
  assert.equal(unsignedLeb(624485), [0xe5, 0x8e, 0x26]);
  assert.equal(signedLeb(-123456), [0xc0, 0xbb, 0x78]);
  assert.equal(signedLeb(64), [0xc0, 0]);
  assert.equal(signedLeb(-64), [0x40]);
});

test('every number comes back from its encoding, as a constant of a function', () => {
  fc.assert(
    fc.property(fc.integer(), fc.float({ noNaN: true }), (whole, real) => {
      const { run, integers, floats } = load(
        defineFunction('constants', ['at'], ({ at }) =>
          // i32.store: the assembler has no other use for it.
          sequence([...at.get, ...i32.const(whole), 0x36, 2, 0], f32.store(at.get, f32.const(real), 4)),
        ),
      );
      run(8);
      assert.is(integers[2], whole);
      assert.ok(Object.is(floats[3], real));
    }),
    { numRuns: 50 },
  );
});

test('loops, conditions and variables', () => {
  const { run, floats } = load(
    defineFunction('count', ['at', 'count', 'limit'], ({ at, count, limit }, locals) => {
      const index = locals.i32();
      const small = i32.lessThan(index.get, limit.get);
      return sequence(
        repeat(
          index,
          minimum(count.get, i32.const(6)),
          sequence(
            whenElse(small, f32.store(at.get, f32.const(1)), f32.store(at.get, f32.const(2))),
            when(i32.equal(index.get, i32.const(3)), f32.store(at.get, f32.const(9))),
            advance(at, 4),
          ),
        ),
        advance(at, i32.shiftLeft(i32.const(1), 3)),
        f32.store(at.get, f32.const(7)),
      );
    }),
  );
  run(0, 100, 2);
  assert.equal([...floats.slice(0, 10)], [1, 1, 2, 9, 2, 2, 0, 0, 7, 0]);
});

test('vectors compute lane by lane', () => {
  const { run, floats } = load(
    defineFunction('vectors', ['at'], ({ at }) => {
      const [a, b] = [v128.load(at.get), v128.load(at.get, 16)];
      const larger = f32x4.greaterThan(a, b);
      return sequence(
        v128.store(at.get, f32x4.add(f32x4.mul(a, b), v128.loadSplat(at.get, 4)), 32),
        v128.store(at.get, v128.shuffle(a, b, [0, 4, 3, 7]), 48),
        v128.store(at.get, v128.and(a, larger), 64),
        v128.store(at.get, f32x4.max(f32x4.sub(a, b), v128.zero), 80),
      );
    }),
  );
  floats.set([1, 2, 3, 4, 4, 3, 2, 1]);
  run(0);
  assert.equal([...floats.slice(8, 12)], [6, 8, 8, 6]);
  assert.equal([...floats.slice(12, 16)], [1, 4, 4, 1]);
  assert.equal([...floats.slice(16, 20)], [0, 0, 3, 4]);
  assert.equal([...floats.slice(20, 24)], [0, 0, 1, 3]);
});

test('sums in float64', () => {
  const { run, floats, doubles } = load(
    defineFunction('widen', ['at'], ({ at }) =>
      f64.store(at.get, f64.add(f64.load(at.get, 8), f64.promote(f32.load(at.get, 16))), 24),
    ),
  );
  doubles[1] = 1e10;
  floats[4] = 0.5;
  run(0);
  assert.is(doubles[3], 1e10 + 0.5);
});

/** Assembles a function over one page of memory of its own. */
function load(definition: FunctionDefinition) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = assembleModule([definition], false);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return {
    run: instance.exports[definition.name] as (...values: number[]) => void,
    integers: new Int32Array(memory.buffer),
    floats: new Float32Array(memory.buffer),
    doubles: new Float64Array(memory.buffer),
  };
}

test.run();
