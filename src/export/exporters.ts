import { WarpwatchError } from '../model/errors.ts';
import { csv } from './csv.ts';
import type { Exporter } from './exporter.ts';
import { parquet } from './parquet.ts';
import { perfetto } from './perfetto/index.ts';

/** Every format, in the order of help. */
export const exporters: readonly Exporter[] = [perfetto, csv, parquet];

/**
 * The exporter by that name.
 * @throws WarpwatchError `usage`
 */
export function exporterOf(id: string): Exporter {
  const found = exporters.find((exporter) => exporter.id === id);
  if (found !== undefined) return found;
  const known = exporters.map((exporter) => exporter.id).join(', ');
  throw new WarpwatchError('usage', `There is no format "${id}" to export to; choose one of ${known}.`);
}
