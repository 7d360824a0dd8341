import { readFileSync } from 'node:fs';
import { exporterMetrics, parseInstant } from '../../collectors/prometheus/index.ts';
import { gather } from '../../src/analysis/fleet/gather.ts';
import { type HostDraft, joinHosts } from '../../src/analysis/fleet/join-hosts.ts';
import { readersOf } from '../../src/analysis/fleet/readers.ts';
import { absentFigures } from '../../src/analysis/fleet/why-absent.ts';
import type { LabelledValue, Labels } from '../../src/model/labelled.ts';

export const readers = readersOf(exporterMetrics);
export const absences = absentFigures(readers);

/** Text of a recorded answer of a Prometheus. */
export function capture(name: string): string {
  return readFileSync(new URL(`../captures/prometheus/${name}`, import.meta.url), 'utf8');
}

/** Values of a recorded answer. */
export function samplesOf(name: string): readonly LabelledValue[] {
  return parseInstant(capture(name)).samples;
}

/** Hosts of values. */
export function hostsOf(samples: readonly LabelledValue[]): readonly HostDraft[] {
  return joinHosts(gather(samples, readers).targets);
}

/** A value of a made-up series. */
export function sample(name: string, labels: Labels, value = 1): LabelledValue {
  return { labels: { __name__: name, ...labels }, value };
}
