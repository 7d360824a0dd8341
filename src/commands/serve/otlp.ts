import { messageOf, systemErrorCode, WarpwatchError } from '../../model/errors.ts';
import { warpwatchVersion } from '../version.ts';
import type { Served } from './route.ts';

export interface OtlpSettings {
  /** Of a collector, with or without `/v1/metrics`. */
  readonly url: string;
  readonly intervalMs: number;
  readonly served: Served;
  /** Takes a sentence for the person who started it. */
  tell(sentence: string): void;
}

const metricsPath = '/v1/metrics';

/**
 * Sends the metrics to an OpenTelemetry collector, once an interval. One that is down or answers otherwise is told once, and
 * tried again.
 * @throws WarpwatchError `usage` for what is no address; `unsupported` where OpenTelemetry is not installed
 */
export async function startOtlp({
  url: text,
  intervalMs,
  served,
  tell,
}: OtlpSettings): Promise<{ close(): Promise<void> }> {
  const url = metricsUrl(text);
  const { sendByOtlp } = await loadOtlp();
  let told = false;
  const tellOnce = (sentence: string): void => {
    if (sentence !== '' && !told) tell(sentence);
    told = sentence !== '';
  };
  const where = withoutPassword(url);
  return sendByOtlp({
    url: url.href,
    intervalMs,
    host: served.host,
    version: warpwatchVersion(),
    moment: () => served.moment(),
    onSent: (trouble) =>
      tellOnce(
        trouble === ''
          ? ''
          : `Metrics cannot be sent to ${where} (${trouble}); is an OpenTelemetry collector there? It is tried again.`,
      ),
    onNothing: (why) => tellOnce(`There is nothing to send to ${where} (${why}); it is tried again.`),
  });
}

/** Where a collector takes metrics. */
export function metricsUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new WarpwatchError(
      'usage',
      `--otlp takes the address of a collector, such as http://localhost:4318, not "${text}".`,
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(metricsPath) ? path : path + metricsPath;
  return url;
}

async function loadOtlp(): Promise<typeof import('../../export/metrics/otlp.ts')> {
  try {
    return await import('../../export/metrics/otlp.ts');
  } catch (cause) {
    if (systemErrorCode(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new WarpwatchError(
      'unsupported',
      `--otlp needs the optional packages of OpenTelemetry, which are not installed (${messageOf(cause).split('\n')[0]}); install warpwatch without --omit=optional.`,
      { cause },
    );
  }
}

function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
