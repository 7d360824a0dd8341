/**
 * `warpwatch/tfjs`: puts a TensorFlow.js program of your own under the dashboard.
 *
 *     import * as tf from '@tensorflow/tfjs';
 *     import { instrument } from 'warpwatch/tfjs';
 *
 *     const watch = await instrument(tf, { title: 'my model' });
 *     await watch.step(batchSize, () => trainOneBatch());
 *     watch.metric('loss', loss);
 *     await watch.close();
 */
export type { Known } from '../../src/model/measured.ts';
export type { TrainingProbe, WorkloadInfo } from '../../src/model/training.ts';
export type { EndOutcome, StreamHealth } from '../../src/recording/stream-writer.ts';
export type { FitCallbacks } from './fit-callbacks.ts';
export { type Instrumented, type InstrumentOptions, instrument } from './session.ts';
export type { TensorFlow } from './tensorflow.ts';
