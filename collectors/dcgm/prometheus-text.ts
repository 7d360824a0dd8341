/** One line of a page in Prometheus' text format. */
export interface PrometheusSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite. */
  readonly value: number;
}

export interface PrometheusPage {
  readonly samples: readonly PrometheusSample[];
  /** Lines that are no sample, no comment and not empty. */
  readonly damagedLines: number;
  /** Whether the page ends inside a line: that line is not taken, since its number may have lost its end. */
  readonly cut: boolean;
}

/** Longer lines are not samples of an exporter. */
const longestLine = 65_536;
const line = /^([a-z_:][\w:]*)[ \t]*(?:\{(.*)\})?[ \t]*([^ \t{}]+)(?:[ \t]+-?\d+)?[ \t]*$/i;
const label = /[ \t]*([a-z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/iy;
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const words: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/**
 * Reads Prometheus' text format 0.0.4 (prometheus.io, "Exposition formats"). Never throws. It is our own because the
 * small libraries on npm give up a whole page for one damaged line, and do not tell that a page was cut.
 */
export function parsePrometheusText(text: string): PrometheusPage {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const samples: PrometheusSample[] = [];
  let damagedLines = 0;
  for (const raw of lines) {
    const trimmed = raw.length > longestLine ? null : raw.trim();
    if (trimmed === '' || trimmed?.startsWith('#')) continue;
    const sample = trimmed === null ? null : parseLine(trimmed);
    if (sample === null) damagedLines += 1;
    else samples.push(sample);
  }
  return { samples, damagedLines, cut: last.trim() !== '' };
}

function parseLine(text: string): PrometheusSample | null {
  const [, name, inside, digits] = line.exec(text) ?? [];
  if (name === undefined || digits === undefined) return null;
  const value = number.test(digits) ? Number(digits) : words[digits.toLowerCase()];
  const labels = parseLabels(inside ?? '');
  return value === undefined || labels === null ? null : { name, labels, value };
}

function parseLabels(text: string): ReadonlyMap<string, string> | null {
  const labels = new Map<string, string>();
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name, value] = label.exec(text) ?? [];
    if (name === undefined || value === undefined) return null;
    labels.set(
      name,
      value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    );
  }
  return labels;
}
