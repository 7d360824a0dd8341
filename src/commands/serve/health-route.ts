import type { MetricsMoment } from '../../export/metrics/moment.ts';
import { messageOf } from '../../model/errors.ts';
import type { Route, Served } from './route.ts';
import type { TroubleLog } from './trouble-log.ts';

export interface HealthOptions {
  readonly version: string;
  readonly log: TroubleLog;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
}

/** Looks are seconds apart; when none has succeeded for so long, somebody should be told. */
const lateMs = 10_000;

/** The same for whoever knows Prometheus's own addresses. */
const paths = ['/healthz', '/-/healthy', '/-/ready'];

/** Whether the machine is looked at, as JSON; 503 where no look has succeeded for some time. */
export function healthRoutes(
  served: Served,
  { version, log, now = () => performance.now() }: HealthOptions,
): readonly Route[] {
  const startMs = now();
  let lookMs: number | null = null;
  served.onLook(() => {
    lookMs = now();
  });
  const handle: Route['handle'] = (_request, response) => {
    const timeMs = now();
    const late = timeMs - (lookMs ?? startMs) > lateMs;
    const seen = see(served);
    const stalled = late || 'why' in seen;
    response.statusCode = stalled ? 503 : 200;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    const health = {
      status: stalled ? 'stalled' : 'ok',
      version,
      uptimeSeconds: seconds(timeMs - startMs),
      lastLookSecondsAgo: lookMs === null ? null : seconds(timeMs - lookMs),
      ...seen,
      troubles: log.counts,
    };
    response.end(`${JSON.stringify(health, null, 2)}\n`);
  };
  return paths.map((path) => ({ path, handle }));
}

/** How the sources do, or why nothing can be seen any more, as where a recording has gone. */
function see(served: Served): Pick<MetricsMoment, 'sources'> | { readonly why: string } {
  try {
    return { sources: served.moment().sources };
  } catch (error) {
    return { why: messageOf(error) };
  }
}

function seconds(ms: number): number {
  return Math.round(ms) / 1e3;
}
