import type { Snapshot } from '../../analysis/snapshot.ts';

/** The name and version of what `top --json` prints; keys may be added, none is taken away. */
export const topSchema = 'warpwatch.top/1';

/** A snapshot as `top --json` prints it: figures of the present, without the curves. */
export function snapshotJson(snapshot: Snapshot, time = new Date()): object {
  const { training } = snapshot;
  return {
    schema: topSchema,
    time: time.toISOString(),
    state: snapshot.state,
    elapsedSeconds: snapshot.elapsedSeconds,
    devices: snapshot.devices.map(({ device, history: _history, ...figures }) => ({
      id: device.id,
      name: device.name,
      vendor: device.vendor,
      ...figures,
    })),
    host: snapshot.host,
    training: training && {
      ...training,
      loss: lastOf(training.loss.y),
      accuracy: lastOf(training.accuracy.y),
    },
    lostRecords: snapshot.lostRecords,
    damage: snapshot.damage,
  };
}

/** JSON has no NaN: such a value stays visible as a text. */
function lastOf(values: readonly number[]): number | string | null {
  const value = values.at(-1);
  if (value === undefined) return null;
  return Number.isFinite(value) ? value : String(value);
}
