import { clockTime } from '../../../src/model/numbers.ts';

/** How the page stands with its server. */
export type Connection = 'connecting' | 'open' | 'lost';

/** Figures are old after so many looks, and so many seconds more. */
const oldLooks = 3;
const oldSeconds = 2;

/** What the page knows of how fresh its figures are. */
export interface Freshness {
  readonly connection: Connection;
  /** What the server said where it refused; ''. */
  readonly why: string;
  /** Since the last moment came; null before the first. */
  readonly ageSeconds: number | null;
  readonly lookSeconds: number;
}

/** Why figures are not of the present; '' where they are. Pure. */
export function staleText({ connection, why, ageSeconds, lookSeconds }: Freshness): string {
  if (connection === 'lost') {
    return why === '' ? 'The connection to the server is lost; it is tried again by itself.' : why;
  }
  const isOld = ageSeconds !== null && ageSeconds > oldLooks * lookSeconds + oldSeconds;
  return isOld ? 'The server tells nothing new: its looks take too long, or it hangs.' : '';
}

/** How old they are; '' before the first. Pure. */
export function ageText({ ageSeconds }: Freshness): string {
  return ageSeconds === null ? '' : `These figures are ${clockTime(ageSeconds)} old.`;
}
