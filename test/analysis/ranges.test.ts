import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { namedRanges } from '../../src/analysis/ranges.ts';
import { buildReport } from '../../src/report/build.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { reportText } from '../../src/report/text.ts';
import { emptyTimeline } from '../support/timelines.ts';

const test = suite('named ranges');

/** The names of a second process come a second time, with ids of their own. */
function timeline() {
  const made = emptyTimeline();
  made.host.threads.push({ name: '1', rank: null }, { name: '2', rank: null });
  made.host.names.push(
    { name: 'forward | loss', kind: 'annotation' },
    { name: 'aten::mm', kind: 'operator' },
    { name: 'ProfilerStep#3', kind: 'annotation' },
    { name: 'forward | loss', kind: 'annotation' },
    { name: 'data', kind: 'annotation' },
  );
  made.addHostBlock({
    count: 5,
    startNs: Float64Array.of(0, 10, 20, 30, 40),
    durationNs: Float64Array.of(1000, 9e9, 8e9, 3000, 500),
    name: Uint32Array.of(0, 1, 2, 3, 4),
    thread: Uint32Array.of(0, 0, 0, 1, 1),
  });
  return made;
}

test('are summed by name over threads and processes; steps and operators are none', () => {
  assert.equal(namedRanges(timeline()), [
    { name: 'forward | loss', calls: 2, totalSeconds: 4e-6, meanSeconds: 2e-6, longestSeconds: 3e-6 },
    { name: 'data', calls: 1, totalSeconds: 5e-7, meanSeconds: 5e-7, longestSeconds: 5e-7 },
  ]);
});

test('are in every form of the report', () => {
  const report = buildReport(timeline());
  assert.equal(
    report.ranges.map(({ name }) => name),
    ['forward | loss', 'data'],
  );
  assert.match(reportText(report), /^forward \| loss +2 +4\.00 µs +2\.00 µs +3\.00 µs$/m);
  assert.match(reportMarkdown(report), '| forward &#124; loss | 2 | 4.00 µs | 2.00 µs | 3.00 µs |');
});

test('a program that named nothing has no section of them', () => {
  const report = buildReport(emptyTimeline());
  assert.equal(report.ranges, []);
  assert.not.match(reportText(report), /^range/m);
});

test.run();
