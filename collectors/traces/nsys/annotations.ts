import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import type { TraceDatabase } from './database.ts';
import type { HostRanges } from './host-ranges.ts';
import { type Names, textField } from './names.ts';
import type { Processes } from './processes.ts';
import type { SessionClock } from './session.ts';
import { readStepName, type StepRange } from './steps.ts';

/**
 * Numbers of ENUM_NSYS_EVENT_TYPE. Other rows of NVTX_EVENTS name domains, categories and threads, and have no length.
 */
const marks = new Set([34, 65]);
const nestedRanges = new Set([59, 70]);
/** Begun and ended by a handle, on any threads: they need not nest with what their thread does. */
const freeRanges = new Set([60, 71]);
/** So many marks are kept: more can be neither drawn nor read. */
const mostMarks = 100_000;

/** What PyTorch's emit_nvtx appends to an operator's name; without it equal operators have one name. */
const operatorId = ', op_id = ';
const operatorSequence = ', seq = ';

/**
 * Reads what the program named through NVTX: ranges into `ranges`, moments as marks.
 * @returns the ranges that may be steps
 */
export function readAnnotations(
  database: TraceDatabase,
  timeline: TimelineBuilder,
  ranges: HostRanges,
  context: { names: Names; processes: Processes; clock: SessionClock },
): StepRange[] {
  const { names, processes, clock } = context;
  const steps: StepRange[] = [];
  let marksLeftOut = 0;
  const columns = ['eventType', 'globalTid', 'textId'].map((column) => ({ column }));
  database.scan(
    {
      table: 'NVTX_EVENTS',
      numbers: [clock.field('start'), clock.field('end'), ...columns],
      texts: [textField('text')],
    },
    (row, [ownText]) => {
      const [start = Number.NaN, end = Number.NaN, type = Number.NaN, globalTid = Number.NaN] = row;
      const isMark = marks.has(type);
      const isFree = freeRanges.has(type);
      // The oldest exports do not tell what a row is: then what has an end is a range.
      const isRange = isFree || nestedRanges.has(type) || (Number.isNaN(type) && !Number.isNaN(end));
      if (!isMark && !isRange) return;
      if (isRange && !clock.isInterval(start, end, timeline.losses)) return;
      const text = ownText ?? names.of(row[4] as number) ?? '(range without a name)';
      if (isMark) {
        if (!clock.isMoment(start)) timeline.losses.outOfRange++;
        else if (timeline.marks.length >= mostMarks) marksLeftOut++;
        else timeline.addMark({ name: text, startNs: start, endNs: start, text: '' });
        return;
      }
      const operator = operatorName(text);
      const name = ranges.name(operator ?? text, operator === null ? 'annotation' : 'operator');
      ranges.add(start, end - start, name, processes.thread(globalTid, isFree ? ' (start/end ranges)' : ''));
      const step = operator === null ? readStepName(text) : null;
      if (step !== null) steps.push({ ...step, thread: globalTid, startNs: start, endNs: end });
    },
  );
  if (marksLeftOut > 0) {
    timeline.damage.push(`${marksLeftOut.toLocaleString('en')} more NVTX marks were left out.`);
  }
  return steps;
}

/** The operator that PyTorch's emit_nvtx names, without the numbers of this one execution; null for any other text. */
export function operatorName(text: string): string | null {
  const id = text.indexOf(operatorId);
  if (id < 0) return null;
  const sequence = text.lastIndexOf(operatorSequence, id);
  return text.slice(0, sequence < 0 ? id : sequence);
}
