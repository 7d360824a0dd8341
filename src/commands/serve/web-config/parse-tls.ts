import type { SecureVersion } from 'node:tls';
import { badConfig, Section } from './section.ts';

/** Where a PEM text is. */
export type PemSource = { readonly file: string } | { readonly text: string };

/** What clients must show. */
export interface ClientAuth {
  /** It is asked for. */
  readonly requested: boolean;
  /** Without one there is no connection. */
  readonly required: boolean;
  /** One that is shown must come from the authority. */
  readonly verified: boolean;
}

/** `tls_server_config`, read and checked, in the words of Node and OpenSSL. */
export interface TlsConfig {
  readonly cert: PemSource;
  readonly key: PemSource;
  readonly clientCa: PemSource | null;
  readonly clientAuth: ClientAuth;
  /** Names of which a client's certificate must have one; null for any. */
  readonly allowedSans: readonly string[] | null;
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  /** OpenSSL's list; null for Node's own. */
  readonly ciphers: string | null;
  readonly curves: string | null;
  readonly preferServerCiphers: boolean;
}

/** Go's names, as exporter-toolkit takes them. TLS 1.0 and 1.1 are off in OpenSSL 3 and are refused. */
const versions: Readonly<Record<string, SecureVersion>> = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' };

const clientAuths: Readonly<Record<string, ClientAuth>> = {
  NoClientCert: { requested: false, required: false, verified: false },
  RequestClientCert: { requested: true, required: false, verified: false },
  RequireAnyClientCert: { requested: true, required: true, verified: false },
  RequireClientCert: { requested: true, required: true, verified: false },
  VerifyClientCertIfGiven: { requested: true, required: false, verified: true },
  RequireAndVerifyClientCert: { requested: true, required: true, verified: true },
};
const noClientAuth: ClientAuth = { requested: false, required: false, verified: false };

/** Those of TLS 1.3 are always on, as in Go: naming them changes nothing. */
const tls13Ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** Names of Go's `tls.CipherSuites()` to OpenSSL's. */
const ciphers: Readonly<Record<string, string>> = {
  ...Object.fromEntries(tls13Ciphers.map((name) => [name, name])),
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

const curves: Readonly<Record<string, string>> = {
  X25519: 'X25519',
  CurveP256: 'prime256v1',
  CurveP384: 'secp384r1',
  CurveP521: 'secp521r1',
};

const keys = [
  'cert',
  'key',
  'client_ca',
  'cert_file',
  'key_file',
  'client_auth_type',
  'client_ca_file',
  'client_allowed_sans',
  'min_version',
  'max_version',
  'cipher_suites',
  'prefer_server_cipher_suites',
  'curve_preferences',
];

/**
 * Reads `tls_server_config`; null where there is none.
 * @throws WarpwatchError `bad-data`
 */
export function parseTls(value: unknown): TlsConfig | null {
  if (value === undefined) return null;
  const section = new Section('tls_server_config', value, keys);
  const minVersion = section.oneOf('min_version', versions) ?? 'TLSv1.2';
  const maxVersion = section.oneOf('max_version', versions) ?? 'TLSv1.3';
  if (minVersion > maxVersion) throw badConfig('tls_server_config.min_version is above max_version.');
  const named = section.listOf('cipher_suites', ciphers);
  return {
    cert: needed(section, 'cert'),
    key: needed(section, 'key'),
    ...parseClientAuth(section),
    minVersion,
    maxVersion,
    ciphers: named && [...new Set([...named, ...tls13Ciphers])].join(':'),
    curves: section.listOf('curve_preferences', curves)?.join(':') ?? null,
    preferServerCiphers: section.flag('prefer_server_cipher_suites', true),
  };
}

function parseClientAuth(section: Section): Pick<TlsConfig, 'clientCa' | 'clientAuth' | 'allowedSans'> {
  const clientAuth = section.oneOf('client_auth_type', clientAuths) ?? noClientAuth;
  const clientCa = pem(section, 'client_ca');
  const allowedSans = section.texts('client_allowed_sans');
  if (clientCa !== null && !clientAuth.requested) {
    throw badConfig(
      'tls_server_config.client_ca_file is of no use without client_auth_type: RequireAndVerifyClientCert.',
    );
  }
  if (clientAuth.verified && clientCa === null) {
    throw badConfig(
      'tls_server_config.client_auth_type verifies certificates: name their authority with client_ca_file.',
    );
  }
  if (allowedSans !== null && !clientAuth.required) {
    throw badConfig(
      'tls_server_config.client_allowed_sans needs client_auth_type: RequireAndVerifyClientCert or RequireAnyClientCert.',
    );
  }
  return { clientAuth, clientCa, allowedSans };
}

function needed(section: Section, key: string): PemSource {
  const source = pem(section, key);
  if (source === null) throw badConfig(`tls_server_config.${key}_file is missing.`);
  return source;
}

function pem(section: Section, key: string): PemSource | null {
  const file = section.text(`${key}_file`);
  const text = section.text(key);
  if (file !== null && text !== null)
    throw badConfig(`tls_server_config.${key} and ${key}_file are both given; leave one out.`);
  if (file !== null) return { file };
  return text === null ? null : { text };
}
