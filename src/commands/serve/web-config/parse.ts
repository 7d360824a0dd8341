import { validateHeaderValue } from 'node:http';
import { parseDocument } from 'yaml';
import { parseTls, type TlsConfig } from './parse-tls.ts';
import { badConfig, Section } from './section.ts';

/** What a web-config file says, in the form of Prometheus's exporter-toolkit (`docs/web-configuration.md` there). */
export interface WebConfig {
  /** Null for plain HTTP. */
  readonly tls: TlsConfig | null;
  /** Headers for every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user; empty where no password is asked for. */
  readonly users: ReadonlyMap<string, string>;
  /** What is accepted and does not do all it says, a sentence each. */
  readonly notes: readonly string[];
}

/** Headers that may be set, and their values where there are only some. */
const settableHeaders: Readonly<Record<string, readonly string[] | null>> = {
  'Content-Security-Policy': null,
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-Content-Type-Options': ['nosniff'],
  'X-XSS-Protection': null,
  'Strict-Transport-Security': null,
};

const bcryptHash = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** One check of a password at this cost takes about half a second, and each further step doubles that. */
const highestCost = 13;

/**
 * Reads the text of a web-config file.
 * @throws WarpwatchError `bad-data`, with the key that is wrong
 */
export function parseWebConfig(text: string): WebConfig {
  const file = new Section('', parseYaml(text), [
    'tls_server_config',
    'http_server_config',
    'basic_auth_users',
    'rate_limit',
  ]);
  if (file.value('rate_limit') !== undefined)
    throw badConfig('rate_limit is not supported here; leave it out.');
  const http = new Section('http_server_config', file.value('http_server_config'), ['http2', 'headers']);
  const tls = parseTls(file.value('tls_server_config'));
  const http2 = http.flag('http2', false) && tls !== null;
  return {
    tls,
    headers: parseHeaders(http.value('headers')),
    users: parseUsers(file.value('basic_auth_users')),
    notes: http2
      ? ['http_server_config.http2: clients are served over HTTP/1.1, which all of them speak.']
      : [],
  };
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    // Below the first line stands an excerpt of the file, which may hold secrets.
    const [what = ''] = error.message.split('\n', 1);
    throw badConfig(`It is not valid YAML: ${what.replace(/:$/, '')}.`);
  }
  try {
    return document.toJS({ mapAsMap: true });
  } catch (error) {
    throw badConfig('It is not valid YAML: an alias has no anchor or there are too many.', error);
  }
}

function parseHeaders(value: unknown): Readonly<Record<string, string>> {
  const section = new Section('http_server_config.headers', value, Object.keys(settableHeaders));
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(settableHeaders)) {
    const header = section.text(name);
    if (header === null) continue;
    if (values !== null && !values.includes(header))
      throw badConfig(`http_server_config.headers.${name} takes ${values.join(' or ')}, not "${header}".`);
    headers[name] = headerValue(name, header);
  }
  return headers;
}

function headerValue(name: string, value: string): string {
  try {
    validateHeaderValue(name, value);
    return value;
  } catch (error) {
    throw badConfig(`http_server_config.headers.${name} holds characters that no header may have.`, error);
  }
}

function parseUsers(value: unknown): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!(value instanceof Map))
    throw badConfig('basic_auth_users is not a mapping of names to bcrypt hashes.');
  return new Map([...value].map(([name, hash]) => [String(name), checkedHash(String(name), hash)]));
}

function checkedHash(name: string, hash: unknown): string {
  if (name.includes(':'))
    throw badConfig(`basic_auth_users.${name}: the name of a user cannot hold a colon.`);
  const [, cost] = (typeof hash === 'string' && bcryptHash.exec(hash)) || [];
  if (typeof hash !== 'string' || cost === undefined || Number(cost) < 4) {
    throw badConfig(
      `basic_auth_users.${name} is no bcrypt hash; make one with \`htpasswd -nBC 10 ""\` and leave out its colon.`,
    );
  }
  if (Number(cost) > highestCost)
    throw badConfig(
      `basic_auth_users.${name} has a cost of ${cost}; ${highestCost} is the most, 10 is usual.`,
    );
  return hash;
}
