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
      kind: device.kind,
      name: device.name,
      vendor: device.vendor,
      ...(device.uuid === undefined ? {} : { uuid: device.uuid }),
      ...(device.parent === undefined ? {} : { parent: device.parent }),
      ...figures,
    })),
    whyNoGpu: snapshot.whyNoGpu,
    sourceTroubles: snapshot.sourceTroubles,
    host: snapshot.host,
    training: training && {
      ...training,
      loss: training.loss.y.at(-1) ?? null,
      accuracy: training.accuracy.y.at(-1) ?? null,
    },
    lostRecords: snapshot.lostRecords,
    damage: snapshot.damage,
  };
}

/** One line of JSON. It has no NaN: such a value stays visible as a text. */
export function jsonLine(value: object): string {
  const visible = (_key: string, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  return `${JSON.stringify(value, visible)}\n`;
}
