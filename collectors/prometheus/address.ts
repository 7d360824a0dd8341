import { WarpwatchError } from '../../src/model/errors.ts';

/** Where a Prometheus answers, and as whom it is asked. */
export interface PrometheusAddress {
  /** Ends in `/`; paths of its API come after it. */
  readonly base: URL;
  /** For people: without a password. */
  readonly shown: string;
  /** Value of the header `authorization`; '' for none. Never shown. */
  readonly authorization: string;
}

/** A token for servers that ask for one; a password stands in the address. */
export const tokenVariable = 'WARPWATCH_PROMETHEUS_TOKEN';

/**
 * @param text `http(s)://[user:password@]host[:port][/path]`
 * @param token bearer token; '' for none
 * @throws WarpwatchError `usage`
 */
export function parseAddress(text: string, token: string): PrometheusAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // Not the text itself: a password may stand in it.
    throw new WarpwatchError('usage', '--prometheus takes an address such as http://prometheus:9090.');
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  const authorization = authorizationOf(user, password, token.trim());
  const base = new URL(url.origin);
  base.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  return { base, shown: base.href.replace(/\/$/, ''), authorization };
}

function authorizationOf(user: string, password: string, token: string): string {
  if (user !== '' || password !== '') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  if (token === '') return '';
  if (!/^[\u0021-\u007e]+$/.test(token)) {
    throw new WarpwatchError(
      'usage',
      `${tokenVariable} holds a space or control character; no token has one.`,
    );
  }
  return `Bearer ${token}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
