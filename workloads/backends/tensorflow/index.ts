import type { Backend } from '../backend.ts';
import { findPackage, packages } from './packages.ts';

/** TensorFlow's own library below TensorFlow.js: a package that the user installs beside warpwatch. */
export const tensorflowBackend: Backend = {
  id: 'tensorflow',
  summary: `TensorFlow's native library, where ${packages.gpu} is installed`,
  // Without its GPU package it is no better than the others, and who has it not needs no word about it.
  passedOver: () =>
    findPackage([packages.gpu]) === null ? { why: `${packages.gpu} is not installed.`, tells: false } : null,
  start: async () => (await import('./start.ts')).startTensorflow(),
};
