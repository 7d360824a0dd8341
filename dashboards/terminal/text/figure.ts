import type { Measured } from '../../../src/model/measured.ts';
import { told } from '../../model/tone.ts';
import { type Role, type Span, span } from './style.ts';

/** A measured value as a span: dim where it is absent, alarming where it is NaN. */
export function figure<T>(measured: Measured<T>, format: (value: T) => string, role: Role = 'plain'): Span {
  const { text, tone } = told(measured, format);
  return span(text, tone === 'plain' ? role : tone);
}
