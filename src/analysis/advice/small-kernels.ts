import type { Advice, Finding } from './finding.ts';
import { percent } from './finding.ts';

const id = 'small-kernels';
/** A launch costs a few microseconds on any backend; kernels not much longer are mostly that cost. */
const smallNs = 10e3;
/** Share of all calls that are small, from which on it is a pattern. */
const manyCalls = 0.7;
/** Share of kernel time that small calls take, under which they do not matter. */
const worthwhile = 0.2;
const enoughCalls = 1000;

export const smallKernels: Advice = {
  id,
  looksFor: 'many kernels that are little longer than their launch',
  check({ launchTotals }) {
    let calls = 0;
    let smallCalls = 0;
    let durationNs = 0;
    let smallNsSum = 0;
    for (const totals of launchTotals) {
      calls += totals.calls;
      durationNs += totals.durationNs;
      if (totals.calls > 0 && totals.durationNs / totals.calls < smallNs) {
        smallCalls += totals.calls;
        smallNsSum += totals.durationNs;
      }
    }
    if (calls < enoughCalls) return finding('recheck', 'Too few kernels to judge their size', '', '');
    const evidence = `${percent(smallCalls / calls)} of ${calls} kernels take under 10 µs; they are ${percent(smallNsSum / durationNs)} of kernel time.`;
    const many = smallCalls / calls >= manyCalls && smallNsSum / durationNs >= worthwhile;
    if (!many) return finding('ok', 'Kernels are long enough', evidence, '');
    return finding(
      'warn',
      'Most kernels are hardly longer than their launch',
      evidence,
      'Raise the batch size, or fuse small operations.',
    );
  },
};

function finding(severity: Finding['severity'], title: string, evidence: string, remedy: string): Finding {
  return { id, severity, title, evidence, remedy };
}
