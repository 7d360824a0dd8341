import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { alternativeNames } from '../../../src/commands/serve/web-config/client-certificate.ts';
import { WebConfigFile } from '../../../src/commands/serve/web-config/file.ts';
import { loadWebConfig } from '../../../src/commands/serve/web-config/load.ts';
import { parseWebConfig } from '../../../src/commands/serve/web-config/parse.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { selfSigned } from '../../support/certificates.ts';
import { needs } from '../../support/needs.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('serve: the web-config file');
const hash = '$2y$10$KIXQJpWcUqU5ZBHmcqK4lOe0rGuY1J9o0JQZr8m1l2X7v5y3cE6Vi';
const pair = 'cert_file: a.crt, key_file: a.key';

test('an empty file asks for nothing', () => {
  for (const text of ['', '# nothing\n', 'tls_server_config:\nbasic_auth_users:\n', '{}']) {
    const { tls, users, headers, notes } = parseWebConfig(text);
    assert.equal([tls, users.size, headers, notes], [null, 0, {}, []], text);
  }
});

test("Go's names become OpenSSL's, and TLS 1.3 stays on whatever ciphers are named", () => {
  const { tls, users, headers, notes } = parseWebConfig(`
tls_server_config:
  cert_file: server.crt
  key: inline
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  curve_preferences: [X25519, CurveP384]
  prefer_server_cipher_suites: false
http_server_config:
  http2: true
  headers: { X-Frame-Options: sameorigin, Strict-Transport-Security: max-age=60 }
basic_auth_users: { prometheus: ${hash}, 7: ${hash} }
`);
  assert.equal(tls, {
    cert: { file: 'server.crt' },
    key: { text: 'inline' },
    clientAuth: { requested: true, required: true, verified: true },
    clientCa: { file: 'ca.crt' },
    allowedSans: ['prometheus.example'],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers:
      'ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    curves: 'X25519:secp384r1',
    preferServerCiphers: false,
  });
  assert.equal([...users.keys()].sort(), ['7', 'prometheus']);
  assert.equal(headers, { 'X-Frame-Options': 'sameorigin', 'Strict-Transport-Security': 'max-age=60' });
  assert.match(notes.join(), /http2.*HTTP\/1.1/);
});

const bad: readonly (readonly [text: string, sentence: RegExp])[] = [
  ['a: [', /^It is not valid YAML: .* at line 1, column 5\.$/],
  ['a: 1\na: 2', /not valid YAML: .*unique/],
  ['a: *x', /not valid YAML/],
  ['- a', /^The file is not a mapping\.$/],
  ['tls_server: {}', /^tls_server is not known; here may stand tls_server_config, /],
  ['rate_limit: { burst: 3 }', /^rate_limit is not supported/],
  ['tls_server_config: yes please', /^tls_server_config is not a mapping\.$/],
  ['tls_server_config: {}', /tls_server_config.cert_file is missing/],
  ['tls_server_config: { cert_file: a }', /tls_server_config.key_file is missing/],
  ['tls_server_config: { cert_file: [a] }', /cert_file is not a text/],
  ['tls_server_config: { certfile: a }', /^tls_server_config.certfile is not known/],
  [`tls_server_config: { ${pair}, cert: x }`, /cert and cert_file are both given/],
  [`tls_server_config: { ${pair}, client_auth_type: Sometimes }`, /takes NoClientCert, /],
  [`tls_server_config: { ${pair}, client_auth_type: RequireAndVerifyClientCert }`, /client_ca_file/],
  [`tls_server_config: { ${pair}, client_ca_file: ca }`, /without client_auth_type/],
  [`tls_server_config: { ${pair}, client_allowed_sans: [a] }`, /client_allowed_sans needs/],
  [`tls_server_config: { ${pair}, min_version: TLS10 }`, /"TLS10" here; it takes TLS12, TLS13/],
  [`tls_server_config: { ${pair}, min_version: TLS13, max_version: TLS12 }`, /above max_version/],
  [`tls_server_config: { ${pair}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] }`, /"TLS_RSA_WITH_RC4_128_SHA"/],
  [`tls_server_config: { ${pair}, cipher_suites: TLS_AES_128_GCM_SHA256 }`, /is not a list of texts/],
  [`tls_server_config: { ${pair}, curve_preferences: [toString] }`, /X25519, CurveP256/],
  [`tls_server_config: { ${pair}, prefer_server_cipher_suites: maybe }`, /is not true or false/],
  ['http_server_config: { headers: { Server: x } }', /headers.Server is not known/],
  ['http_server_config: { headers: { X-Frame-Options: never } }', /deny or sameorigin, not "never"/],
  ['http_server_config: { headers: { X-XSS-Protection: "a\\nb" } }', /characters that no header may have/],
  ['basic_auth_users: [a]', /not a mapping of names/],
  ['basic_auth_users: { a: secret }', /^basic_auth_users.a is no bcrypt hash; .*htpasswd/],
  [
    `basic_auth_users: { "a:b": ${hash} }`,
    /^basic_auth_users.a:b: the name of a user cannot hold a colon\.$/,
  ],
  [`basic_auth_users: { a: ${hash.replace('$10$', '$31$')} }`, /cost of 31/],
];

for (const [text, sentence] of bad) {
  test(`${text}: refused in a sentence`, () => {
    const trouble = problem(() => parseWebConfig(text));
    assert.match(trouble, sentence);
    assert.not.match(trouble, /\n|secret/);
  });
}

/** The sentence of what is thrown. */
function problem(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    if (error instanceof WarpwatchError) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

test('names of a certificate are told apart, quoted ones too', () => {
  assert.equal(alternativeNames('DNS:a.example, IP Address:10.0.0.1, DNS:"x, DNS:b.example"'), [
    'a.example',
    '10.0.0.1',
    'x, DNS:b.example',
  ]);
  assert.equal(alternativeNames(''), []);
});

const withOpenssl = needs('openssl', test);

withOpenssl('files beside it are read; what is wrong with one is told with its name', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'web.yml');
  const tls = (lines: string) => `tls_server_config: { ${lines} }`;
  selfSigned(directory, 'a');
  selfSigned(directory, 'b');
  writeFileSync(join(directory, 'garbage'), 'nothing of that kind');
  writeFileSync(file, tls(pair));
  assert.equal(loadWebConfig(file).files, [file, join(directory, 'a.crt'), join(directory, 'a.key')]);
  const wrong: readonly (readonly [text: string, sentence: RegExp])[] = [
    [tls('cert_file: a.crt, key_file: b.key'), /web\.yml: .*The key does not belong to the certificate\.$/],
    [tls('cert_file: a.crt, key_file: c.key'), /c\.key is not there\.$/],
    [tls('cert_file: a.crt, key_file: .'), /cannot be read/],
    [tls('cert_file: a.crt, key_file: /dev/zero'), /zero cannot be read: it is no ordinary file\.$/],
    [tls('cert_file: garbage, key_file: a.key'), /not in PEM form/],
    [tls('cert_file: a.crt, key_file: garbage'), /not in PEM form/],
    [
      tls(`${pair}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: garbage`),
      /client_ca: .*\.$/,
    ],
    ['x'.repeat(2 << 20), /larger than 1 MiB/],
  ];
  for (const [text, sentence] of wrong) {
    writeFileSync(file, text);
    assert.match(
      problem(() => loadWebConfig(file)),
      sentence,
    );
  }
  assert.match(
    problem(() => loadWebConfig(join(directory, 'none.yml'))),
    /none\.yml is not there\.$/,
  );
});

withOpenssl('a file that changes is read again; a bad one is told once and the old one stays', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'web.yml');
  const told: string[] = [];
  let timeMs = 0;
  const users = () => {
    timeMs += 1000;
    return [...config.current.users.keys()];
  };
  writeFileSync(file, `basic_auth_users: { first: ${hash} }`);
  const config = new WebConfigFile(
    file,
    (sentence) => told.push(sentence),
    () => timeMs,
  );
  writeFileSync(file, `basic_auth_users: { second: ${hash} }`);
  assert.equal([...config.current.users.keys()], ['first'], 'within a second it is not looked at');
  assert.equal(users(), ['second']);
  writeFileSync(file, 'basic_auth_users: { third: open }');
  assert.equal([users(), users()], [['second'], ['second']]);
  writeFileSync(file, '');
  assert.equal(users(), ['second'], 'an empty file does not open the server');
  rmSync(file);
  assert.equal([users(), users()], [['second'], ['second']]);
  writeFileSync(file, `tls_server_config: { ${pair} }`);
  assert.equal([users(), users()], [['second'], ['second']]);
  // What was missing beside it comes later.
  selfSigned(directory, 'a');
  assert.equal([users(), users()], [['second'], ['second']]);
  // As a secret is renewed that Kubernetes mounts: the link leads to another directory.
  mkdirSync(join(directory, 'next'));
  writeFileSync(join(directory, 'next/web.yml'), `basic_auth_users: { fourth: ${hash} }`);
  rmSync(file);
  symlinkSync('next/web.yml', file);
  assert.equal(users(), ['fourth']);
  const expected = [
    /was read again/,
    /third is no bcrypt hash.*stays in force\.$/,
    /takes all users away, which takes effect when serve is started again\..*stays in force\.$/,
    /web\.yml is not there\..*stays in force\.$/,
    /a\.crt is not there\..*stays in force\.$/,
    /when serve is started again/,
    /was read again/,
  ];
  assert.is(told.length, expected.length, told.join('\n'));
  expected.forEach((sentence, index) => {
    assert.match(told[index] ?? '', sentence);
  });
});

test.run();
