import { WarpwatchError } from '../../src/model/errors.ts';
import * as tf from '../tf.ts';
import type { BackendId } from './backend.ts';

/** Makes a registered backend the active one, without TensorFlow.js' advertisement of its native package. */
export async function activate(id: BackendId): Promise<void> {
  // The advertisement goes through tfjs-core's log.ts, which is silent in production mode.
  tf.enableProdMode();
  if (!(await tf.setBackend(id))) {
    throw new WarpwatchError('no-backend', `TensorFlow.js could not initialise its ${id} backend.`);
  }
}
