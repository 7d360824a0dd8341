import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MetricsMoment } from '../../export/metrics/moment.ts';
import { type MetricFormat, metricFormats, printMetrics } from '../../export/metrics/prometheus.ts';
import type { Route, Served } from './route.ts';

const compress = promisify(gzip);
/** A page is the same words again and again: more effort finds little more. */
const effort = { level: 3 } as const;

/** `/metrics`, as Prometheus scrapes it. A moment is printed once in each form, however many ask. */
export function metricsRoute(served: Served): Route {
  const printed = new WeakMap<MetricsMoment, Map<string, Promise<Buffer>>>();
  const pageOf = (moment: MetricsMoment, format: MetricFormat, zipped: boolean): Promise<Buffer> => {
    const pages = printed.get(moment) ?? new Map<string, Promise<Buffer>>();
    printed.set(moment, pages);
    const form = `${format} ${zipped}`;
    const page = pages.get(form) ?? print(moment, format, zipped);
    pages.set(form, page);
    return page;
  };
  return {
    path: '/metrics',
    async handle({ headers }, response) {
      const format = formatFor(headers.accept);
      const zipped = takesGzip(headers['accept-encoding']);
      const page = await pageOf(served.moment(), format, zipped);
      response.writeHead(200, {
        'content-type': metricFormats[format],
        'content-length': page.length,
        vary: 'accept, accept-encoding',
        ...(zipped ? { 'content-encoding': 'gzip' } : {}),
      });
      response.end(page);
    },
  };
}

async function print(moment: MetricsMoment, format: MetricFormat, zipped: boolean): Promise<Buffer> {
  const page = Buffer.from(await printMetrics(moment, format));
  return zipped ? compress(page, effort) : page;
}

/** OpenMetrics where the client would rather have it than plain text, as Prometheus would; a browser does not ask for it. */
export function formatFor(accept: string | undefined): MetricFormat {
  const wish = weightOf(accept, 'application/openmetrics-text');
  return wish > 0 && wish >= weightOf(accept, 'text/plain') ? 'openmetrics' : 'text';
}

/** Whether an answer may be compressed. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  return weightOf(acceptEncoding, 'gzip') > 0;
}

/** The weight (`q`, RFC 9110) that a header gives a name: the highest where it stands there several times, 0 where it does not. */
function weightOf(header: string | undefined, name: string): number {
  const weights = (header ?? '').split(',').flatMap((part) => {
    const [named, ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const weight = parameters.find((word) => word.startsWith('q='));
    return named === name ? [weight === undefined ? 1 : Number(weight.slice('q='.length)) || 0] : [];
  });
  return Math.max(0, ...weights);
}
