import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { unknownMark } from '../../../src/model/numbers.ts';
import { type Role, type Span, span } from './style.ts';

/** A measured value as a span: dim where it is absent, alarming where it is NaN. */
export function figure<T>(measured: Measured<T>, format: (value: T) => string, role: Role = 'plain'): Span {
  if (!isKnown(measured)) return span(unknownMark, 'dim');
  return span(format(measured.value), Number.isNaN(measured.value) ? 'bad' : role);
}
