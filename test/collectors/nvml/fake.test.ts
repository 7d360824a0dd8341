import koffi from 'koffi';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eightGpus, fakeNvmlEnvironment, h200, rewriteScript } from '../../support/fake-nvml.ts';
import { needs } from '../../support/needs.ts';

const test = suite('fake NVML');
const withCompiler = needs('cc', test);
const insufficientSize = 7;

/** Loads the library as the collector does; each script change is seen at the next call. */
function open(script: string, missing: readonly string[] = []) {
  const { env, library, script: path } = fakeNvmlEnvironment(script, missing);
  process.env['FAKE_NVML'] = env.FAKE_NVML;
  const nvml = koffi.load(library);
  const call = (name: string, types: string, ...values: unknown[]): number =>
    nvml.func(`int ${name}(${types})`)(...values);
  const gpu = (index: number): bigint => {
    const out = new BigUint64Array(1);
    assert.is(call('nvmlDeviceGetHandleByIndex_v2', 'uint32_t, void *', index, out), 0);
    return out[0] ?? 0n;
  };
  const util = (handle: bigint) => {
    const out = new Uint32Array(2);
    const code = call('nvmlDeviceGetUtilizationRates', 'uint64_t, void *', handle, out);
    return { code, util: out[0] };
  };
  const count = () => {
    const out = new Uint32Array(1);
    assert.is(call('nvmlDeviceGetCount_v2', 'void *', out), 0);
    return out[0];
  };
  const sample = () => {
    const out = new BigUint64Array(1);
    assert.is(call('nvmlGpmSampleAlloc', 'void *', out), 0);
    return out[0] ?? 0n;
  };
  return { nvml, call, gpu, util, count, sample, path, init: () => call('nvmlInit_v2', 'void') };
}

/** nvmlGpmMetricsGet_t of one metric; returns the call's code, the metric's own and its value. */
function metric(call: ReturnType<typeof open>['call'], id: number, first: bigint, second: bigint) {
  const bytes = new DataView(new ArrayBuffer(13_344));
  bytes.setUint32(0, 1, true);
  bytes.setUint32(4, 1, true);
  bytes.setBigUint64(8, first, true);
  bytes.setBigUint64(16, second, true);
  bytes.setUint32(24, id, true);
  const code = call('nvmlGpmMetricsGet', 'void *', new Uint8Array(bytes.buffer));
  return { code, own: bytes.getInt32(28, true), value: bytes.getFloat64(32, true) };
}

withCompiler('begins, counts and tells util', () => {
  const { init, count, gpu, util } = open(h200());
  assert.is(init(), 0);
  assert.is(count(), 1);
  assert.equal(util(gpu(0)), { code: 0, util: 97 });
});

withCompiler('gives a counter out of two samples, not out of one twice', () => {
  const { init, call, gpu, sample } = open(h200('gpm 10 nan', 'gpm 5 error 3'));
  init();
  const [first, second] = [sample(), sample()];
  for (const taken of [first, second]) {
    assert.is(call('nvmlGpmSampleGet', 'uint64_t, uint64_t', gpu(0), taken), 0);
  }
  assert.equal(metric(call, 2, first, second), { code: 0, own: 0, value: 41 });
  assert.ok(Number.isNaN(metric(call, 10, first, second).value));
  assert.is(metric(call, 5, first, second).own, 3);
  assert.is(metric(call, 2, first, first).code, 2);
  assert.is(call('nvmlFakeOpenSamples', 'void'), 2);
  for (const taken of [first, second]) call('nvmlGpmSampleFree', 'uint64_t', taken);
  assert.is(call('nvmlFakeOpenSamples', 'void'), 0);
});

withCompiler('answers with the code that the script names', () => {
  const { init, call, gpu, util } = open(h200('error nvmlDeviceGetUtilizationRates 4') + h200('lost'));
  init();
  assert.is(util(gpu(0)).code, 4);
  assert.is(call('nvmlDeviceGetHandleByIndex_v2', 'uint32_t, void *', 1, new BigUint64Array(1)), 15);
});

withCompiler('does not begin where the script says so, or has an unknown word', () => {
  assert.is(open('init-error 9\n').init(), 9);
  assert.is(open(h200('utilisation 3')).init(), 999);
});

withCompiler('lacks the functions of a newer driver', () => {
  const { nvml } = open(h200(), ['nvmlGpmMetricsGet']);
  assert.throws(() => nvml.func('int nvmlGpmMetricsGet(void *)'));
  assert.ok(nvml.func('int nvmlGpmSampleAlloc(void *)'));
});

withCompiler('shows a script that was rewritten', () => {
  const { init, count, gpu, util, path } = open(h200());
  init();
  assert.is(util(gpu(0)).util, 97);
  rewriteScript(path, h200('util 12') + h200());
  assert.is(count(), 2);
  assert.is(util(gpu(0)).util, 12);
});

withCompiler('asks for room before it lists processes', () => {
  const { init, call, gpu } = open(
    h200('process 11 compute 4096 sm 40', 'process 12 compute 8192', 'process 13 graphics 1'),
  );
  init();
  const list = (room: number) => {
    const count = new Uint32Array([room]);
    const records = new Uint8Array(24 * 4);
    const code = call(
      'nvmlDeviceGetComputeRunningProcesses_v3',
      'uint64_t, void *, void *',
      gpu(0),
      count,
      records,
    );
    return {
      code,
      count: count[0],
      pid: new DataView(records.buffer).getUint32(24, true),
      bytes: new DataView(records.buffer).getBigUint64(32, true),
    };
  };
  assert.equal(list(0), { code: insufficientSize, count: 2, pid: 0, bytes: 0n });
  assert.equal(list(4), { code: 0, count: 2, pid: 12, bytes: 8192n });
});

withCompiler('gives handles of MIG instances, and no util for their GPU', () => {
  const { init, call, gpu, util } = open(
    h200('mig', 'mig-device 1g.18gb sms 16 memory 19000000000 used 1000000 gpm2 55'),
  );
  init();
  const instance = new BigUint64Array(1);
  const at = (index: number) =>
    call('nvmlDeviceGetMigDeviceHandleByIndex', 'uint64_t, uint32_t, void *', gpu(0), index, instance);
  assert.is(at(1), 6);
  assert.is(at(0), 0);
  assert.is(util(gpu(0)).code, 3);
  const name = new Uint8Array(96);
  assert.is(call('nvmlDeviceGetName', 'uint64_t, void *, uint32_t', instance[0] ?? 0n, name, 96), 0);
  assert.match(Buffer.from(name).toString(), /MIG 1g\.18gb/);
});

withCompiler('tells an XID once', () => {
  const { init, call, gpu } = open(h200('xid 79'));
  init();
  const set = new BigUint64Array(1);
  call('nvmlEventSetCreate', 'void *', set);
  assert.is(call('nvmlDeviceRegisterEvents', 'uint64_t, uint64_t, uint64_t', gpu(0), 8n, set[0] ?? 0n), 0);
  const event = new BigUint64Array(4);
  const wait = () => call('nvmlEventSetWait_v2', 'uint64_t, void *, uint32_t', set[0] ?? 0n, event, 0);
  assert.is(wait(), 0);
  assert.is(event[2], 79n);
  assert.is(wait(), 10);
});

withCompiler('a call that hangs does not hold up another thread', async () => {
  const { init, gpu, nvml } = open(h200('hang nvmlDeviceGetPowerUsage 400'));
  init();
  const handle = gpu(0);
  let back = false;
  const power = nvml.func('int nvmlDeviceGetPowerUsage(uint64_t, void *)');
  // Held to the end: koffi does not keep them, and a call from another thread writes late.
  const milliwatts = new Uint32Array(new ArrayBuffer(4));
  const shares = new Uint32Array(new ArrayBuffer(8));
  const hung = new Promise<void>((resolve) =>
    power.async(handle, milliwatts, () => {
      back = true;
      resolve();
    }),
  );
  const calls = nvml.func('int nvmlFakeCalls(const char *)');
  while (calls('nvmlDeviceGetPowerUsage') === 0) await new Promise((resolve) => setImmediate(resolve));
  // One after another from other threads: were the first to wait for the sleeper, it would be back before the last.
  const rates = nvml.func('int nvmlDeviceGetUtilizationRates(uint64_t, void *)');
  for (let turn = 0; turn < 5; turn++) {
    await new Promise<void>((resolve) => rates.async(handle, shares, () => resolve()));
  }
  assert.not(back);
  await hung;
  assert.is(milliwatts[0], 400_000);
  assert.is(shares[0], 97);
});

withCompiler('eight GPUs begin', () => {
  const { init, count } = open(eightGpus());
  assert.is(init(), 0);
  assert.is(count(), 8);
});

test.run();
