import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls';
import { messageOf, systemErrorCode, WarpwatchError } from '../../../model/errors.ts';
import { parseWebConfig, type WebConfig } from './parse.ts';
import type { PemSource, TlsConfig } from './parse-tls.ts';
import { badConfig } from './section.ts';

/** A web-config file together with the files that it names. */
export interface LoadedConfig extends Pick<WebConfig, 'headers' | 'users' | 'notes'> {
  readonly tls: LoadedTls | null;
  /** All that was read, to see when one changes. */
  readonly files: readonly string[];
}

export interface LoadedTls extends Pick<TlsConfig, 'clientAuth' | 'allowedSans'> {
  /** Whether a client is asked for a certificate, and cut in the handshake without a good one. */
  readonly asked: Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized'>;
  readonly context: SecureContextOptions;
}

/** A configuration is a few lines and certificates a few kilobytes. */
const largestBytes = 1 << 20;

const keyTroubles: Readonly<Record<string, string>> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'The key does not belong to the certificate.',
  ERR_OSSL_PEM_NO_START_LINE: 'The certificate or the key is not in PEM form.',
  ERR_OSSL_UNSUPPORTED: 'The key is not in PEM form.',
  ERR_OSSL_EVP_UNSUPPORTED: 'The key is of a kind that is not supported.',
  ERR_MISSING_PASSPHRASE: 'The key has a passphrase; it must be one without.',
};

/**
 * Reads a web-config file and the certificates that it names; paths in it are relative to it.
 * @throws WarpwatchError `not-found`, `unreadable`, `bad-data`, with the name of the file
 */
export function loadWebConfig(path: string): LoadedConfig {
  const config = inFile(path, () => parseWebConfig(readText(path)));
  const files = [path];
  const read = (source: PemSource): string => {
    if ('text' in source) return source.text;
    const file = resolve(dirname(path), source.file);
    files.push(file);
    return readText(file);
  };
  const tls = config.tls && inFile(path, loadTls(config.tls, read));
  return { headers: config.headers, users: config.users, notes: config.notes, tls, files };
}

/** Whether a new file asks for what a server that runs cannot change, or must not: one half written must not take the passwords away. */
export function needsRestart(before: LoadedConfig, after: LoadedConfig): boolean {
  if (before.users.size > 0 && after.users.size === 0) return true;
  const policy = (tls: LoadedTls | null) => tls?.clientAuth;
  return JSON.stringify(policy(before.tls)) !== JSON.stringify(policy(after.tls));
}

function loadTls(tls: TlsConfig, read: (source: PemSource) => string): () => LoadedTls {
  const context: SecureContextOptions = {
    cert: read(tls.cert),
    key: read(tls.key),
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
    honorCipherOrder: tls.preferServerCiphers,
    ...(tls.clientCa === null ? {} : { ca: read(tls.clientCa) }),
    ...(tls.ciphers === null ? {} : { ciphers: tls.ciphers }),
    ...(tls.curves === null ? {} : { ecdhCurve: tls.curves }),
  };
  return () => {
    // An authority that cannot be read would be left out without a word.
    if (typeof context.ca === 'string') attempt(() => new X509Certificate(String(context.ca)), 'client_ca');
    attempt(() => createSecureContext(context), 'cert');
    const { clientAuth, allowedSans } = tls;
    const asked = {
      requestCert: clientAuth.requested,
      rejectUnauthorized: clientAuth.required && clientAuth.verified,
    };
    return { context, asked, clientAuth, allowedSans };
  };
}

function attempt(use: () => unknown, key: string): void {
  try {
    use();
  } catch (error) {
    const why = keyTroubles[systemErrorCode(error) ?? ''] ?? `OpenSSL does not take it: ${messageOf(error)}.`;
    throw badConfig(`tls_server_config.${key}: ${why}`, error);
  }
}

function inFile<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof WarpwatchError) || error.code !== 'bad-data') throw error;
    throw new WarpwatchError('bad-data', `${path}: ${error.message}`, { cause: error });
  }
}

function readText(path: string): string {
  try {
    const status = statSync(path);
    // A pipe or a device may have no end.
    if (!status.isFile())
      throw new WarpwatchError('unreadable', `${path} cannot be read: it is no ordinary file.`);
    if (status.size > largestBytes) throw new WarpwatchError('unreadable', `${path} is larger than 1 MiB.`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof WarpwatchError) throw error;
    const code = systemErrorCode(error) === 'ENOENT' ? 'not-found' : 'unreadable';
    const what = code === 'not-found' ? 'is not there' : `cannot be read: ${messageOf(error)}`;
    throw new WarpwatchError(code, `${path} ${what}.`, { cause: error });
  }
}
