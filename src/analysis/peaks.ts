/** What a GPU can do at most, by its vendor's word. Null where the hardware has no such path. */
export interface GpuPeaks {
  /** As people name it, such as `H100 SXM`. */
  readonly model: string;
  /** FLOP/s on the plain cores; a multiply-add counts as two. */
  readonly fp32: number;
  /** FLOP/s of dense matrix products on tensor or matrix cores, sums in 32 bits; never the figure with sparsity. */
  readonly tf32: number | null;
  readonly fp16: number;
  readonly bf16: number | null;
  readonly fp8: number | null;
  readonly memoryBytesPerSecond: number;
  /** The document that these figures stand in. */
  readonly source: string;
}

interface Row {
  /** What drivers call it. */
  readonly name: RegExp;
  readonly model: string;
  /** FP32, TF32, FP16, BF16, FP8 in TFLOP/s. */
  readonly tera: readonly [
    fp32: number,
    tf32: number | null,
    fp16: number,
    bf16: number | null,
    fp8: number | null,
  ];
  readonly gigabytes: number;
  readonly source: string;
}

const v100 = 'NVIDIA Tesla V100 datasheet';
const a100 = 'NVIDIA A100 datasheet';
const h100 = 'NVIDIA H100 datasheet; its figures with sparsity halved';
const h200 = 'NVIDIA H200 datasheet; its figures with sparsity halved';
const cdna3 = 'AMD Instinct MI300X data sheet';

/** The first row that matches decides. Dense figures; where a datasheet gives those with 2:4 sparsity, half of them. */
const rows: readonly Row[] = [
  {
    name: /V100S-PCIE/,
    model: 'V100S PCIe',
    tera: [16.4, null, 130, null, null],
    gigabytes: 1134,
    source: v100,
  },
  {
    name: /V100-SXM[23]/,
    model: 'V100 SXM',
    tera: [15.7, null, 125, null, null],
    gigabytes: 900,
    source: v100,
  },
  {
    name: /V100-DGXS/,
    model: 'V100 DGX Station',
    tera: [15.7, null, 125, null, null],
    gigabytes: 900,
    source: 'NVIDIA DGX Station datasheet (500 TFLOP/s of four), and the V100 datasheet for the rest',
  },
  { name: /V100-PCIE/, model: 'V100 PCIe', tera: [14, null, 112, null, null], gigabytes: 900, source: v100 },
  {
    name: /A100-SXM4?-40GB/,
    model: 'A100 SXM 40 GB',
    tera: [19.5, 156, 312, 312, null],
    gigabytes: 1555,
    source: a100,
  },
  {
    name: /A100-PG509-20\d/,
    model: 'A100 SXM 40 GB (PG509)',
    tera: [19.5, 156, 312, 312, null],
    gigabytes: 1555,
    source: 'NVIDIA A100 datasheet, of the module with 40 GB that this board number stands for',
  },
  {
    name: /A100-SXM4?-80GB/,
    model: 'A100 SXM 80 GB',
    tera: [19.5, 156, 312, 312, null],
    gigabytes: 2039,
    source: a100,
  },
  {
    name: /A100-PCI[eE]-40GB/,
    model: 'A100 PCIe 40 GB',
    tera: [19.5, 156, 312, 312, null],
    gigabytes: 1555,
    source: a100,
  },
  {
    name: /A100 80GB PCIe/,
    model: 'A100 PCIe 80 GB',
    tera: [19.5, 156, 312, 312, null],
    gigabytes: 1935,
    source: a100,
  },
  {
    name: /H100 NVL/,
    model: 'H100 NVL',
    tera: [60, 417.5, 835.5, 835.5, 1670.5],
    gigabytes: 3900,
    source: h100,
  },
  {
    name: /H100 (?:PCIe|80GB HBM2e)/,
    model: 'H100 PCIe',
    tera: [51, 378, 756, 756, 1513],
    gigabytes: 2000,
    source: h100,
  },
  {
    name: /H100 (?:80GB HBM3|SXM5?)$/,
    model: 'H100 SXM',
    tera: [67, 494.5, 989.5, 989.5, 1979],
    gigabytes: 3350,
    source: h100,
  },
  {
    name: /H200 NVL/,
    model: 'H200 NVL',
    tera: [60, 417.5, 835.5, 835.5, 1670.5],
    gigabytes: 4800,
    source: h200,
  },
  {
    name: /(?:^|\s)H200(?: SXM5?)?$/,
    model: 'H200 SXM',
    tera: [67, 494.5, 989.5, 989.5, 1979],
    gigabytes: 4800,
    source: h200,
  },
  {
    name: /GH200 480GB/,
    model: 'GH200 (96 GB HBM3)',
    tera: [67, 494, 990, 990, 1979],
    gigabytes: 4000,
    source: 'NVIDIA GH200 datasheet; its figures with sparsity halved',
  },
  {
    name: /GB200/,
    model: 'GB200',
    tera: [80, 1250, 2500, 2500, 5000],
    gigabytes: 8000,
    source: 'NVIDIA GB200 NVL72 datasheet, of one of 72; its figures with sparsity halved',
  },
  {
    name: /(?:^|\s)B200$/,
    model: 'B200',
    tera: [75, 1125, 2250, 2250, 4500],
    gigabytes: 8000,
    source: 'NVIDIA HGX B200 and DGX B200 datasheets, of one of eight; their figures with sparsity halved',
  },
  {
    name: /(?:^|\s)L4$/,
    model: 'L4',
    tera: [30.3, 60, 121, 121, 242.5],
    gigabytes: 300,
    source: 'NVIDIA L4 datasheet; its figures with sparsity halved',
  },
  {
    name: /L40S$/,
    model: 'L40S',
    tera: [91.6, 183, 362, 362, 733],
    gigabytes: 864,
    source: 'NVIDIA L40S datasheet',
  },
  {
    name: /RTX 6000 Ada Generation$/,
    model: 'RTX 6000 Ada',
    tera: [91.1, 182.1, 364.2, 364.2, 728.5],
    gigabytes: 960,
    source: 'NVIDIA RTX 6000 Ada Generation datasheet; its figures with sparsity halved',
  },
  {
    name: /(?:^|\s)L40$/,
    model: 'L40',
    tera: [90.5, 90.5, 181, 181, 362],
    gigabytes: 864,
    source: 'NVIDIA L40 datasheet',
  },
  {
    name: /(?:^|\s)A10$/,
    model: 'A10',
    tera: [31.2, 62.5, 125, 125, null],
    gigabytes: 600,
    source: 'NVIDIA A10 datasheet',
  },
  {
    name: /(?:^|\s)A30$/,
    model: 'A30',
    tera: [10.3, 82, 165, 165, null],
    gigabytes: 933,
    source: 'NVIDIA A30 datasheet',
  },
  {
    name: /(?:^|\s)A40$/,
    model: 'A40',
    tera: [37.4, 74.8, 149.7, 149.7, null],
    gigabytes: 696,
    source: 'NVIDIA A40 datasheet',
  },
  {
    name: /(?:^|\s)T4$/,
    model: 'T4',
    tera: [8.1, null, 65, null, null],
    gigabytes: 320,
    source: 'NVIDIA Turing architecture whitepaper and T4 datasheet',
  },
  {
    name: /RTX 3090$/,
    model: 'RTX 3090',
    tera: [35.6, 35.6, 71, 71, null],
    gigabytes: 936,
    source: 'NVIDIA GA102 architecture whitepaper',
  },
  {
    name: /RTX 4090$/,
    model: 'RTX 4090',
    tera: [82.6, 82.6, 165.2, 165.2, 330.3],
    gigabytes: 1008,
    source: 'NVIDIA Ada architecture whitepaper',
  },
  {
    name: /RTX 5090$/,
    model: 'RTX 5090',
    tera: [104.8, 104.8, 209.5, 209.5, 419],
    gigabytes: 1792,
    source: 'NVIDIA RTX Blackwell architecture whitepaper',
  },
  {
    name: /MI250X/,
    model: 'MI250X (one of its two dies)',
    tera: [23.95, null, 191.5, 191.5, null],
    gigabytes: 1638.4,
    source: 'AMD Instinct MI250X data sheet; drivers show each die as a device, with half of its figures',
  },
  {
    name: /MI300X/,
    model: 'MI300X',
    tera: [163.4, 653.7, 1307.4, 1307.4, 2614.9],
    gigabytes: 5300,
    source: cdna3,
  },
  {
    name: /MI325X/,
    model: 'MI325X',
    tera: [163.4, 653.7, 1307.4, 1307.4, 2614.9],
    gigabytes: 6000,
    source: 'AMD Instinct MI325X data sheet',
  },
];

/** A part of a GPU has a part of its peaks, and its name does not say which. */
const partOfOne = /\bMIG\b/;

/** The peaks of a GPU by the name that its driver gives it, or null where nobody has entered it. */
export function peaksOf(deviceName: string): GpuPeaks | null {
  const name = deviceName.trim();
  const row = partOfOne.test(name) ? undefined : rows.find((each) => each.name.test(name));
  if (row === undefined) return null;
  const [fp32, tf32, fp16, bf16, fp8] = row.tera;
  return {
    model: row.model,
    fp32: fp32 * 1e12,
    tf32: tf32 === null ? null : tf32 * 1e12,
    fp16: fp16 * 1e12,
    bf16: bf16 === null ? null : bf16 * 1e12,
    fp8: fp8 === null ? null : fp8 * 1e12,
    memoryBytesPerSecond: row.gigabytes * 1e9,
    source: row.source,
  };
}
