import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { type Adapter, listAdapters, parseListing } from '../../../workloads/backends/webgpu/adapters.ts';
import { chooseAdapter } from '../../../workloads/backends/webgpu/choose-adapter.ts';
import { reportOf } from '../../../workloads/backends/webgpu/examine.ts';
import type { Dawn } from '../../../workloads/backends/webgpu/library.ts';
import { openDevice } from '../../../workloads/backends/webgpu/open-device.ts';
import { noSignOfGpu } from '../../../workloads/backends/webgpu/signs-of-gpu.ts';
import { startWebGpu } from '../../../workloads/backends/webgpu/start.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('adapters of WebGPU');

const card: Adapter = {
  index: 0,
  name: 'NVIDIA H100 PCIe',
  vendor: 'NVIDIA',
  kind: 'discrete',
  driver: 'vulkan',
  driverVersion: '',
  alike: 1,
  hiddenBy: null,
  timestampQuery: true,
  shaderF16: true,
  maxBufferBytes: 2 ** 31,
  maxWorkgroupThreads: 1024,
};
const software: Adapter = { ...card, index: 1, name: 'llvmpipe (LLVM 15.0.6, 256 bits)', kind: 'software' };
const onChip: Adapter = { ...card, index: 2, name: 'Intel(R) Graphics (RPL-S)', kind: 'unknown' };

function failure(body: () => unknown): WarpwatchError {
  try {
    body();
  } catch (error) {
    if (error instanceof WarpwatchError) return error;
    throw error;
  }
  return assert.unreachable('nothing was thrown') as never;
}

test('names are read from the error of Dawn, and APIs without compute of the kind are left out', () => {
  const text = `no suitable backends found
Available adapters:
 * backend: 'vulkan', name: 'NVIDIA GeForce RTX 4090'
 * backend: 'opengles', name: 'NVIDIA GeForce RTX 4090/PCIe/SSE2'
 * backend: 'vulkan', name: 'llvmpipe (LLVM 15.0.6, 256 bits)'
 * backend: 'metal', name: 'it's an "odd" one'
 * backend: 'vulkan', name: ''`;
  assert.equal(parseListing(text), [
    { driver: 'vulkan', name: 'NVIDIA GeForce RTX 4090' },
    { driver: 'vulkan', name: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    { driver: 'metal', name: `it's an "odd" one` },
  ]);
  assert.equal(parseListing('something else'), []);
});

test('without a wish the best real one is taken, a card before what may be on the chip', () => {
  assert.is(chooseAdapter([onChip, software, card]).adapter, card);
  assert.is(chooseAdapter([software, onChip]).adapter, onChip);
});

test('software is taken by name or number alone', () => {
  const error = failure(() => chooseAdapter([software]));
  assert.is(error.code, 'no-backend');
  assert.match(error.message, /only software \(llvmpipe.*--adapter/);
  assert.is(chooseAdapter([card, software], 'LLVMpipe').adapter, software);
  assert.is(chooseAdapter([card, software], '1').adapter, software);
});

test('a part of a name that several have is refused with the list, a whole name is not', () => {
  const longer = { ...card, index: 3, name: 'NVIDIA H100 PCIe MIG' };
  const error = failure(() => chooseAdapter([card, longer], 'h100'));
  assert.is(error.code, 'no-device');
  assert.match(error.message, /Several .*"h100".*0: NVIDIA H100 PCIe \(vulkan\), 3: NVIDIA H100 PCIe MIG/);
  assert.is(chooseAdapter([longer, card], 'nvidia h100 pcie').adapter, card);
});

test('cards of one name cannot be told apart, and that is said', () => {
  const twins = [card, { ...card, index: 1 }].map((adapter) => ({ ...adapter, alike: 2 }));
  const first = chooseAdapter(twins);
  assert.is(first.adapter, twins[0]);
  assert.match(first.notes.join(), /2 adapters of the name NVIDIA H100 PCIe; Dawn cannot tell them apart/);
  assert.is(chooseAdapter(twins, '0').adapter, twins[0]);
  const error = failure(() => chooseAdapter(twins, '1'));
  assert.match(error.message, /adapters 0 and 1 are both NVIDIA H100 PCIe/);
});

test('a card whose name is a part of an earlier one is refused rather than the other taken', () => {
  const a100 = { ...card, name: 'NVIDIA A100' };
  const a10 = { ...card, index: 1, name: 'NVIDIA A10', hiddenBy: a100.name };
  for (const wanted of ['1', 'nvidia a10']) {
    const error = failure(() => chooseAdapter([a100, a10], wanted));
    assert.is(error.code, 'no-device');
    assert.match(error.message, /would take NVIDIA A100 for NVIDIA A10; to compute on NVIDIA A10, /);
  }
  assert.is(chooseAdapter([{ ...a100, kind: 'integrated' }, a10]).adapter.name, a100.name);
  const { hiddenBy: _, ...free } = a10;
  assert.is(
    chooseAdapter(
      [
        { ...free, index: 0, hiddenBy: null },
        { ...a100, index: 1 },
      ],
      '0',
    ).adapter.name,
    a10.name,
  );
});

test('a number that is none is told with those that are', () => {
  assert.match(failure(() => chooseAdapter([card], '4')).message, /no WebGPU adapter 4; there are 0: NVIDIA/);
});

test('each reason for no adapter is a sentence that says what to do', () => {
  const none = { adapters: [] };
  const warning = "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file";
  assert.match(reportOf(none, warning, 'exit code 0').why ?? '', /no Vulkan loader.*install libvulkan1/);
  assert.match(reportOf(none, '', 'exit code 0').why ?? '', /finds no GPU/);
  assert.match(reportOf(null, '', 'SIGSEGV').why ?? '', /broke off .*SIGSEGV/);
  assert.match(reportOf(null, '', 'SIGKILL').why ?? '', /within 10 s; a driver hangs/);
  assert.is(reportOf({ why: 'mine' }, '', '').why, 'mine');
  assert.equal(reportOf({ adapters: [card] }, warning, ''), { adapters: [card], why: null });
});

test('a machine without a GPU is known by its files', () => {
  const empty = temporaryDirectory();
  assert.match(noSignOfGpu('linux', {}, empty) ?? '', /no GPU here/);
  assert.is(noSignOfGpu('linux', { VK_DRIVER_FILES: '/x.json' }, empty), null);
  assert.is(noSignOfGpu('darwin', {}, empty), null);
  for (const name of ['nvidia0', 'nvidiactl', 'dxg']) {
    const devices = temporaryDirectory();
    writeFileSync(join(devices, name), '');
    assert.is(noSignOfGpu('linux', {}, devices), null, name);
  }
  const devices = temporaryDirectory();
  mkdirSync(join(devices, 'dri'));
  assert.is(noSignOfGpu('linux', {}, devices), null);
  assert.match(noSignOfGpu('linux', {}, join(empty, 'missing')) ?? '', /no GPU here/);
});

/** Dawn with adapters of those names, one driver's, whose device comes from `requestDevice`. */
function dawnWith(
  names: string | readonly string[],
  features: string[],
  requestDevice: () => Promise<unknown>,
): Dawn {
  const info = { vendor: 'amd', description: 'Mesa 24', isFallbackAdapter: false };
  const limits = new Proxy({}, { get: () => 2 ** 20 });
  const adapter = { info, limits, features: new Set(features), requestDevice };
  const create = (options: string[]) => ({
    requestAdapter: async () => {
      const all = [names].flat();
      if (all.some((name) => options.includes(`adapter=${name}`))) return adapter;
      throw new Error(
        ['Available adapters:', ...all.map((name) => ` * backend: 'vulkan', name: '${name}'`)].join('\n'),
      );
    },
  });
  return { create, globals: {} } as unknown as Dawn;
}

test('an adapter tells what it lacks', async () => {
  const [adapter] = await listAdapters(dawnWith('Radeon', ['shader-f16'], async () => null));
  assert.equal([adapter?.vendor, adapter?.kind, adapter?.driverVersion], ['AMD', 'unknown', 'Mesa 24']);
  assert.equal([adapter?.timestampQuery, adapter?.shaderF16], [false, true]);
});

test('an adapter whose name is a part of an earlier one tells by which it is hidden', async () => {
  const listed = async (...names: string[]) =>
    (await listAdapters(dawnWith(names, [], async () => null))).map(({ hiddenBy }) => hiddenBy);
  assert.equal(await listed('NVIDIA A100', 'NVIDIA A10', 'NVIDIA A10'), [null, 'NVIDIA A100', 'NVIDIA A100']);
  assert.equal(await listed('NVIDIA A10', 'NVIDIA A100', 'NVIDIA A10'), [null, null, null]);
});

test('a device that is not given is told with the adapter and why', async () => {
  const dawn = dawnWith('Radeon', [], () => Promise.reject(new Error('out of handles')));
  const error = await startWebGpu({}, async () => dawn).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof WarpwatchError);
  assert.is(error.code, 'no-backend');
  assert.match(error.message, /The adapter Radeon \(vulkan\) gave no device: out of handles; .*--adapter/);
});

test('a device is asked for timestamps only where its adapter has them', async () => {
  const asked: unknown[] = [];
  const dawn = dawnWith('Radeon', [], async (...args: unknown[]) => {
    asked.push(...args);
    return {};
  });
  const adapter = { ...card, name: 'Radeon' };
  for (const timestampQuery of [false, true]) await openDevice(dawn, { ...adapter, timestampQuery });
  const features = asked.map((descriptor) => Reflect.get(Object(descriptor), 'requiredFeatures'));
  assert.equal(features, [[], ['timestamp-query']]);
});

test.run();
