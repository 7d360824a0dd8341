/** Certificates for tests, made by the system's openssl. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Writes `NAME.crt` and `NAME.key`, good for this machine and for two days. */
export function selfSigned(directory: string, name: string): void {
  make(directory, name, ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1']);
}

/** The same, signed by the authority that `AUTHORITY.crt` and `.key` are. */
export function signed(directory: string, name: string, authority: string, names: string): void {
  const file = (end: string) => join(directory, `${authority}.${end}`);
  const words = ['-CA', file('crt'), '-CAkey', file('key'), '-addext', `subjectAltName=${names}`];
  make(directory, name, words);
}

function make(directory: string, name: string, words: readonly string[]): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const out = ['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...key, ...out, ...subject, ...words], { stdio: 'pipe' });
}
