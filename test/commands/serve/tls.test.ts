import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serverLimits } from '../../../src/commands/serve/limits.ts';
import { startServer } from '../../../src/commands/serve/server.ts';
import { TroubleLog } from '../../../src/commands/serve/trouble-log.ts';
import { WebConfigFile } from '../../../src/commands/serve/web-config/file.ts';
import { selfSigned, signed } from '../../support/certificates.ts';
import { ask, open, rest, send } from '../../support/http.ts';
import { needs } from '../../support/needs.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('serve: TLS');
const withOpenssl = needs('openssl', test);
const directory = temporaryDirectory();
const read = (file: string) => readFileSync(join(directory, file));
const told: string[] = [];
let timeMs = 0;

/** A server with these lines in `tls_server_config`. */
async function serve(name: string, lines: string) {
  const file = join(directory, `${name}.yml`);
  writeFileSync(file, `tls_server_config: { ${lines} }`);
  const webConfig = new WebConfigFile(
    file,
    (sentence) => told.push(sentence),
    () => timeMs,
  );
  const log = new TroubleLog((sentence) => told.push(sentence));
  const limits = { ...serverLimits, headersMs: 150, checkMs: 20, closeMs: 50 };
  const server = await startServer({
    address: { host: '127.0.0.1', port: 0 },
    routes: [{ path: '/', handle: (_request, response) => void response.end('here') }],
    log,
    webConfig,
    limits,
  });
  return { ...server, log, file };
}

/** Status of the answer to a client that shows this certificate, or the trouble. */
async function status(url: string, ca: string, certificate?: string, more: object = {}): Promise<string> {
  const own = certificate && { cert: read(`${certificate}.crt`), key: read(`${certificate}.key`) };
  return ask(url, { ca: read(`${ca}.crt`), ...own, ...more }).then(
    (answer) => String(answer.status),
    (error: Error) => error.message,
  );
}

withOpenssl(
  'a certificate of one’s own, renewed while it runs; versions and ciphers as the file has them',
  async () => {
    selfSigned(directory, 'server');
    const lines = 'cert_file: server.crt, key_file: server.key';
    const cipher =
      'cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256], curve_preferences: [CurveP256]';
    const server = await serve('plain', `${lines}, ${cipher}`);
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.is(await status(server.url, 'server'), '200');
    assert.is(await status(server.url, 'server', undefined, { maxVersion: 'TLSv1.2' }), '200');
    const others = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' };
    assert.match(await status(server.url, 'server', undefined, others), /handshake failure/);
    assert.match(await status(server.url, 'server', undefined, { ecdhCurve: 'X25519' }), /handshake failure/);

    const before = read('server.crt');
    selfSigned(directory, 'server');
    timeMs += 2000;
    assert.is(await status(server.url, 'server'), '200');
    writeFileSync(join(directory, 'before.crt'), before);
    assert.match(await status(server.url, 'before'), /self-signed|unable to verify|signature/);

    // Plain HTTP, and a client that never begins.
    assert.not.match(await send(server.url, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /here/);
    assert.not.match(await rest(open(server.url)), /here/);
    await server.close();
    assert.match(told.join('\n'), /plain\.yml was read again\./);
    assert.is(told.filter((line) => line.includes('failed to agree on TLS')).length, 1);
  },
);

withOpenssl('clients show a certificate as the policy asks, or are cut', async () => {
  for (const name of ['server', 'ca', 'stranger']) selfSigned(directory, name);
  signed(directory, 'prometheus', 'ca', 'DNS:prometheus.example');
  signed(directory, 'other', 'ca', 'DNS:other.example,IP:::1');
  const cut = /certificate|reset|socket hang up|disconnected/;
  const policies: readonly (readonly [lines: string, shown: Readonly<Record<string, boolean>>])[] = [
    ['RequireAndVerifyClientCert, client_ca_file: ca.crt', { none: false, stranger: false, other: true }],
    ['VerifyClientCertIfGiven, client_ca_file: ca.crt', { none: true, stranger: false, other: true }],
    ['RequireAnyClientCert', { none: false, stranger: true, other: true }],
    ['RequestClientCert', { none: true, stranger: true }],
    [
      'RequireAndVerifyClientCert, client_ca_file: ca.crt, client_allowed_sans: [prometheus.example, "2001:db8::1"]',
      { prometheus: true, other: false },
    ],
    ['RequireAndVerifyClientCert, client_ca_file: ca.crt, client_allowed_sans: ["::1"]', { other: true }],
  ];
  for (const [index, [lines, shown]] of policies.entries()) {
    const server = await serve(
      `policy-${index}`,
      `cert_file: server.crt, key_file: server.key, client_auth_type: ${lines}`,
    );
    for (const [certificate, accepted] of Object.entries(shown)) {
      const outcome = await status(server.url, 'server', certificate === 'none' ? undefined : certificate);
      if (accepted) assert.is(outcome, '200', `${certificate} under ${lines}`);
      else assert.match(outcome, cut, `${certificate} under ${lines}`);
    }
    await server.close();
  }
});

test.run();
