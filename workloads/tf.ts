/**
 * TensorFlow.js core with its gradients registered. Under Node's ESM loader `tfjs-core` alone registers none;
 * loading `tfjs-layers` does. Workloads import TensorFlow.js from here only.
 */
import '@tensorflow/tfjs-layers';

export * from '@tensorflow/tfjs-core';
