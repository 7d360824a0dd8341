export type { CopyDirection } from './copies.ts';
export type { DeviceUtilization, HostWorkFigures } from './figures.ts';
export { turnaroundNs } from './gaps.ts';
export { measureDevice } from './measure.ts';
export { measureRanks, type RankUtilization, stragglingDevices } from './ranks.ts';
export { measureSteps, type StepsUtilization } from './step-figures.ts';
export { stragglerComputes, stragglerWaits } from './stragglers.ts';
