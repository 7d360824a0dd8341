/** Figures of trainings as `warpwatch serve` names them. */
export const trainingMetrics = {
  steps: 'warpwatch_training_steps_total',
  samplesPerSecond: 'warpwatch_training_samples_per_second',
  stepSeconds: 'warpwatch_training_step_seconds',
  inputWait: 'warpwatch_training_input_wait_ratio',
  loss: 'warpwatch_training_loss',
  accuracy: 'warpwatch_training_accuracy_ratio',
  validationAccuracy: 'warpwatch_training_validation_accuracy_ratio',
  learningRate: 'warpwatch_training_learning_rate',
} as const;
export type TrainingMetric = keyof typeof trainingMetrics;

/** The same by name, for whoever goes over all of them. */
export const trainingMetricNames = Object.entries(trainingMetrics) as readonly (readonly [
  TrainingMetric,
  string,
])[];
