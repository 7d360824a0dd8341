import * as tf from '../../../tf.ts';
import { kernel, reshaped } from '../kernel.ts';

/** The package copies the elements; nobody writes to those of a tensor, so a reference does. */
export const identity = kernel<'x'>(tf.Identity, ({ inputs: { x }, backend, packaged }) =>
  x.dtype === 'string' ? packaged() : reshaped(backend, x, x.shape),
);

/** A cast to the same type is a reference as well; others convert, as in the package. */
export const cast = kernel<'x', tf.CastAttrs>(tf.Cast, ({ inputs: { x }, attrs, backend, packaged }) =>
  x.dtype === attrs.dtype && x.dtype !== 'string' ? reshaped(backend, x, x.shape) : packaged(),
);
