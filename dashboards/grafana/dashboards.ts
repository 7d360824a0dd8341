import { gpusDashboard } from './gpus.ts';
import { hostsDashboard } from './hosts.ts';
import { jobsDashboard } from './jobs.ts';
import type { Dashboard } from './model.ts';

/** Each file and what is in it. A new dashboard is a file and a line here. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  'gpus.json': gpusDashboard,
  'hosts.json': hostsDashboard,
  'jobs.json': jobsDashboard,
};

export function dashboardJson(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
