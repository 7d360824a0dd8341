/** What a collector is sent: as much of OTLP's protobuf (opentelemetry/proto/metrics/v1/metrics.proto) as the tests look at. */
import { PbfReader } from 'pbf';

export interface SentPoint {
  readonly attributes: Record<string, string>;
  value: number;
}

export interface SentMetric {
  name: string;
  unit: string;
  type: 'gauge' | 'counter' | '';
  readonly points: SentPoint[];
}

export interface SentMetrics {
  readonly resource: Record<string, string>;
  readonly metrics: SentMetric[];
}

/** Reads an ExportMetricsServiceRequest. */
export function readOtlpRequest(body: Uint8Array): SentMetrics {
  const sent: SentMetrics = { resource: {}, metrics: [] };
  return new PbfReader(body).readFields((tag, all, pbf) => {
    if (tag === 1) pbf.readMessage(readResourceMetrics, all);
  }, sent);
}

function readResourceMetrics(tag: number, sent: SentMetrics, pbf: PbfReader): void {
  if (tag === 1) pbf.readMessage(readAttributesOf(1), sent.resource);
  if (tag === 2) pbf.readMessage(readScopeMetrics, sent);
}

function readScopeMetrics(tag: number, { metrics }: SentMetrics, pbf: PbfReader): void {
  if (tag !== 2) return;
  const metric: SentMetric = { name: '', unit: '', type: '', points: [] };
  metrics.push(pbf.readMessage(readMetric, metric));
}

function readMetric(tag: number, metric: SentMetric, pbf: PbfReader): void {
  if (tag === 1) metric.name = pbf.readString();
  if (tag === 3) metric.unit = pbf.readString();
  if (tag !== 5 && tag !== 7) return;
  metric.type = tag === 5 ? 'gauge' : 'counter';
  pbf.readMessage((inner, { points }, reader) => {
    if (inner === 1) points.push(reader.readMessage(readPoint, { attributes: {}, value: Number.NaN }));
  }, metric);
}

function readPoint(tag: number, point: SentPoint, pbf: PbfReader): void {
  if (tag === 4) point.value = pbf.readDouble();
  if (tag === 6) point.value = pbf.readSFixed64();
  if (tag === 7) readAttributesOf(7)(tag, point.attributes, pbf);
}

/** Reads KeyValue messages of text that stand under a tag. */
function readAttributesOf(own: number) {
  return (tag: number, attributes: Record<string, string>, pbf: PbfReader): void => {
    if (tag !== own) return;
    const pair = pbf.readMessage(readPair, { key: '', value: '' });
    attributes[pair.key] = pair.value;
  };
}

function readPair(tag: number, pair: { key: string; value: string }, pbf: PbfReader): void {
  if (tag === 1) pair.key = pbf.readString();
  if (tag === 2) {
    pbf.readMessage((inner, result, reader) => {
      if (inner === 1) result.value = reader.readString();
    }, pair);
  }
}
