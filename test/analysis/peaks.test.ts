import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { peaksOf } from '../../src/analysis/peaks.ts';

const test = suite('peaks of GPUs');

/** Names as drivers give them. */
const names: Readonly<Record<string, string | null>> = {
  'Tesla V100-SXM2-32GB': 'V100 SXM',
  'Tesla V100-SXM2-16GB': 'V100 SXM',
  'Tesla V100-DGXS-32GB': 'V100 DGX Station',
  'Tesla V100-PCIE-16GB': 'V100 PCIe',
  'Tesla V100S-PCIE-32GB': 'V100S PCIe',
  'NVIDIA A100-PG509-200': 'A100 SXM 40 GB (PG509)',
  'A100-SXM4-40GB': 'A100 SXM 40 GB',
  'NVIDIA A100-SXM4-80GB': 'A100 SXM 80 GB',
  'NVIDIA A100-PCIE-40GB': 'A100 PCIe 40 GB',
  'NVIDIA A100 80GB PCIe': 'A100 PCIe 80 GB',
  'NVIDIA H100 80GB HBM3': 'H100 SXM',
  'NVIDIA H100 PCIe': 'H100 PCIe',
  'NVIDIA H100 NVL': 'H100 NVL',
  'NVIDIA H200': 'H200 SXM',
  'NVIDIA H200 NVL': 'H200 NVL',
  'NVIDIA GH200 480GB': 'GH200 (96 GB HBM3)',
  'NVIDIA B200': 'B200',
  'NVIDIA GB200': 'GB200',
  'NVIDIA L4': 'L4',
  'NVIDIA L40': 'L40',
  'NVIDIA L40S': 'L40S',
  'NVIDIA RTX 6000 Ada Generation': 'RTX 6000 Ada',
  'NVIDIA A10': 'A10',
  'NVIDIA A10G': null,
  'NVIDIA A40': 'A40',
  'Tesla T4': 'T4',
  'NVIDIA GeForce RTX 3090': 'RTX 3090',
  'NVIDIA GeForce RTX 3090 Ti': null,
  'NVIDIA GeForce RTX 4090': 'RTX 4090',
  'NVIDIA GeForce RTX 4090 Laptop GPU': null,
  'NVIDIA GeForce RTX 5090': 'RTX 5090',
  'AMD Instinct MI250X': 'MI250X (one of its two dies)',
  'AMD Instinct MI300X': 'MI300X',
  'AMD Instinct MI325X': 'MI325X',
  'NVIDIA A100-SXM4-40GB MIG 1g.5gb': null,
  'NVIDIA A100-SXM-64GB': null,
  'Test CPU': null,
  '': null,
};

for (const [name, model] of Object.entries(names)) {
  test(`${name || 'no name'} is ${model ?? 'not known'}`, () => {
    assert.is(peaksOf(name)?.model ?? null, model);
  });
}

test('figures are dense, in FLOP/s and bytes/s', () => {
  const h100 = peaksOf('NVIDIA H100 80GB HBM3');
  assert.is(h100?.bf16, 989.5e12);
  assert.is(h100?.memoryBytesPerSecond, 3.35e12);
  assert.is(peaksOf('Tesla V100-SXM2-16GB')?.tf32, null);
});

test('each row is of one generation: half the bits, about twice the arithmetic', () => {
  for (const name of Object.keys(names)) {
    const peaks = peaksOf(name);
    if (peaks === null) continue;
    const { fp32, tf32, fp16, bf16, fp8 } = peaks;
    assert.ok(fp32 <= (tf32 ?? fp16) + 1e12 || tf32 === null, name);
    for (const [wide, narrow] of [
      [tf32, fp16],
      [fp16, fp8],
    ]) {
      if (typeof wide !== 'number' || typeof narrow !== 'number') continue;
      assert.ok(Math.abs(narrow / wide - 2) < 0.03, `${name}: ${narrow / wide}`);
    }
    assert.ok(bf16 === null || bf16 === fp16, name);
    assert.ok(peaks.source.length > 0);
  }
});

test.run();
