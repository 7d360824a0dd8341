import { messageOf, systemErrorCode, WarpwatchError } from '../../src/model/errors.ts';
import type { PrometheusAddress } from './address.ts';
import { errorIn } from './parse-answer.ts';

/** About 200,000 series. */
export const mostBytes = 64 * 2 ** 20;
/** Each may be answered with another address of the same server, such as one with a path before it. */
const mostRedirects = 3;
/** An error's text is short; a page that a proxy puts in its place need not be read to its end. */
const mostErrorBytes = 65_536;

type Form = Readonly<Record<string, string>>;

/** Asks one Prometheus. */
export class PrometheusClient {
  readonly #address: PrometheusAddress;
  readonly #deadlineMs: number;
  readonly #mostBytes: number;
  readonly #underWay = new Set<AbortController>();

  /** @param limit bytes of an answer that are read; tests take fewer */
  constructor(address: PrometheusAddress, deadlineMs: number, limit = mostBytes) {
    this.#address = address;
    this.#deadlineMs = deadlineMs;
    this.#mostBytes = limit;
  }

  /**
   * Text of the answer to a query of the present.
   * @throws WarpwatchError `unreadable`, `bad-data`, `unsupported`: what happened and what to do
   */
  instant(query: string): Promise<string> {
    return this.#ask('api/v1/query', { query });
  }

  /** Text of the answer to a query of a stretch of time, in seconds. @throws as `instant` */
  range(query: string, start: number, end: number, step: number): Promise<string> {
    return this.#ask('api/v1/query_range', {
      query,
      start: String(start),
      end: String(end),
      step: String(step),
    });
  }

  /**
   * Text of what the server knows of the addresses that it scrapes. Only a Prometheus itself has it: what stores the
   * metrics of several has not.
   * @throws as `instant`
   */
  targets(): Promise<string> {
    return this.#ask('api/v1/targets?state=active', null);
  }

  /** Ends what is under way; nothing is asked any more. */
  close(): void {
    for (const asking of this.#underWay) asking.abort();
  }

  /** @param form what is posted; null to get it */
  async #ask(path: string, form: Form | null): Promise<string> {
    const { shown } = this.#address;
    const asking = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      asking.abort();
    }, this.#deadlineMs);
    this.#underWay.add(asking);
    try {
      const response = await this.#send(new URL(path, this.#address.base), form, asking.signal);
      if (response.ok) return await this.#body(response);
      throw new WarpwatchError(
        'unreadable',
        whyRefused(response.status, await beginning(response), shown, this.#address.authorization !== ''),
      );
    } catch (error) {
      if (error instanceof WarpwatchError) throw error;
      const why = late ? whyLate(shown, this.#deadlineMs) : whyUnreachable(error, shown);
      throw new WarpwatchError('unreadable', why, { cause: error });
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(asking);
    }
  }

  async #send(from: URL, form: Form | null, signal: AbortSignal): Promise<Response> {
    let url = from;
    for (let turn = 0; turn <= mostRedirects; turn += 1) {
      const { authorization } = this.#address;
      const response = await fetch(url, {
        ...(form === null ? {} : { method: 'POST', body: new URLSearchParams(form) }),
        headers: { accept: 'application/json', ...(authorization === '' ? {} : { authorization }) },
        redirect: 'manual',
        signal,
      });
      const target = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || target === null) return response;
      await response.body?.cancel();
      const next = URL.canParse(target, url.href) ? new URL(target, url) : null;
      if (next?.origin !== url.origin) {
        // The password is for the server that was named, and the figures of another may be of other hosts.
        const place = next === null ? 'a place that is no address' : next.origin;
        throw new WarpwatchError(
          'unreadable',
          `${this.#address.shown} points to ${place}; give the address of the Prometheus itself.`,
        );
      }
      url = next;
    }
    throw new WarpwatchError('unreadable', `${this.#address.shown} points from one address to the next.`);
  }

  async #body(response: Response): Promise<string> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    // Left early, the stream is cancelled and the connection closed.
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > this.#mostBytes) {
        const size = `${Math.round(this.#mostBytes / 2 ** 20)} MiB`;
        throw new WarpwatchError(
          'bad-data',
          `${this.#address.shown} answers with more than ${size}; narrow it with --match, such as 'cluster="a"'.`,
        );
      }
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  }
}

/** The first bytes of a body as text. */
async function beginning(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    bytes += part.length;
    if (bytes > mostErrorBytes) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

const byStatus: Readonly<Record<number, string>> = {
  404: 'has no /api/v1/query (404); give the address of a Prometheus, with its path where it has one.',
  405: 'takes no query (405); give the address of a Prometheus, with its path where it has one.',
  429: 'asks to be asked less often (429); raise --interval.',
  502: 'is a proxy that does not reach its Prometheus (502); is that running?',
  503: 'is not ready or overloaded (503); it is asked again.',
  504: 'is a proxy whose Prometheus is too slow (504); narrow the query with --match.',
};

function whyRefused(status: number, body: string, shown: string, named: boolean): string {
  if (status === 401 || status === 403) {
    return named
      ? `${shown} refuses the password or token (${status}); give one that may read.`
      : `${shown} asks who you are (${status}); give user and password in the address, or a token in WARPWATCH_PROMETHEUS_TOKEN.`;
  }
  const own = errorIn(body);
  if (own !== null) return `${shown} refuses the query (${status}): ${own}`;
  const known = byStatus[status];
  return known === undefined
    ? `${shown} answered with status ${status}; is it a Prometheus?`
    : `${shown} ${known}`;
}

const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at PLACE; start Prometheus there, or give its address.',
  ECONNRESET: 'PLACE broke the connection off; it is asked again.',
  UND_ERR_SOCKET: 'PLACE broke the connection off; it is asked again.',
  ENOTFOUND: 'The name in PLACE is not known here; is it spelled right?',
  EAI_AGAIN: 'The name in PLACE cannot be looked up now; does the network work?',
  EHOSTUNREACH: 'There is no way to PLACE; does the network work?',
  ENETUNREACH: 'There is no way to PLACE; does the network work?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'PLACE speaks no TLS; give it as http://.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'PLACE speaks no TLS; give it as http://.',
  CERT_HAS_EXPIRED: 'The certificate of PLACE has expired; renew it there.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of PLACE is of another name; give that name.',
};
const untrusted = /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|CERT_UNTRUSTED/;

function whyLate(shown: string, deadlineMs: number): string {
  return `${shown} has not answered within ${deadlineMs / 1000} s; it is slow or stuck, and is asked again.`;
}

function whyUnreachable(error: unknown, shown: string): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = systemErrorCode(cause) ?? '';
  if (untrusted.test(code)) {
    return `The certificate of ${shown} is not trusted here; name its authority in NODE_EXTRA_CA_CERTS.`;
  }
  return byCode[code]?.replace('PLACE', shown) ?? `${shown} cannot be read (${messageOf(cause ?? error)}).`;
}
