import type { DeviceView, Snapshot } from '../../analysis/snapshot.ts';

/** The name and version of what `top --json` prints; keys may be added, none is taken away. */
export const topSchema = 'warpwatch.top/1';

/** A snapshot as `top --json` prints it: figures of the present, without the curves. */
export function snapshotJson(snapshot: Snapshot, time = new Date()): object {
  const { training } = snapshot;
  return {
    schema: topSchema,
    time: time.toISOString(),
    title: snapshot.title,
    state: snapshot.state,
    message: snapshot.message,
    elapsedSeconds: snapshot.elapsedSeconds,
    devices: snapshot.devices.map(deviceJson),
    whyNoGpu: snapshot.whyNoGpu,
    sourceTroubles: snapshot.sourceTroubles,
    host: snapshot.host,
    training: training && {
      ...training,
      loss: training.loss.y.at(-1) ?? null,
      accuracy: training.accuracy.y.at(-1) ?? null,
    },
    findings: snapshot.findings,
    lostRecords: snapshot.lostRecords,
    damage: snapshot.damage,
  };
}

/** A device with its figures, which come last: none of them has the name of a member of a device. */
export function deviceJson({ device, history: _history, ...figures }: DeviceView): object {
  return { ...device, ...figures };
}

/** One line of JSON. It has no NaN: such a value stays visible as a text. */
export function jsonLine(value: object): string {
  const visible = (_key: string, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  return `${JSON.stringify(value, visible)}\n`;
}
