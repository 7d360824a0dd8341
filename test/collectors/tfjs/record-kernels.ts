import * as assert from 'uvu/assert';
import { instrumentKernels } from '../../../collectors/tfjs/instrument.ts';
import type { Launch } from '../../../src/model/activity.ts';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '../../../workloads/tf.ts';
import { FakeWriter } from '../../support/fake-writer.ts';

/** Makes the plain JavaScript backend the active one; test files share a process and each sets its own. */
export async function useCpu(): Promise<void> {
  tf.enableProdMode();
  await tf.setBackend('cpu');
}

/** Runs `body` under watch and puts TensorFlow.js back. */
export function recordKernels(body: () => void, backendName = 'cpu'): FakeWriter {
  const writer = new FakeWriter();
  const restore = instrumentKernels(tf, backendName, writer, 'cpu');
  try {
    tf.tidy(body);
  } finally {
    restore();
  }
  return writer;
}

/** The one launch of that name that `body` makes. */
export function launchOf(name: string, body: () => void): Launch {
  const found = recordKernels(body).launches.filter((launch) => launch.name === name);
  assert.is(found.length, 1, `${name} has ${found.length} launches`);
  const [launch] = found;
  if (launch === undefined) throw new RangeError(`${name} did not run`);
  return launch;
}
