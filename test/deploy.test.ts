import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAllDocuments } from 'yaml';
import { parseWebConfig } from '../src/commands/serve/web-config/parse.ts';
import { declare } from '../src/commands/serve.ts';
import { needs } from './support/needs.ts';
import { temporaryDirectory } from './support/temporary.ts';

const test = suite('deploy');
const folder = join(dirname(import.meta.dirname), 'deploy');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const unit = read('warpwatch.service');

interface Pod {
  readonly containers: readonly {
    readonly image: string;
    readonly args: readonly string[];
    readonly env: readonly { readonly name: string }[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly securityContext: object;
    readonly [probe: `${string}Probe`]: {
      readonly httpGet: { readonly path: string; readonly port: string };
    };
  }[];
  readonly securityContext: { readonly runAsNonRoot: boolean; readonly seccompProfile: object };
}

/** What `serve` makes of these words; throws where it does not take them. */
function options(words: readonly string[]): Readonly<Record<string, unknown>> {
  const [verb, ...rest] = words;
  assert.is(verb, 'serve');
  const command = new Command('serve').exitOverride().configureOutput({ writeErr: () => undefined });
  declare(
    command,
    rest,
    Object.assign(() => undefined, { withHangingCall: () => undefined }),
  );
  const { operands, unknown } = command.parseOptions([...rest]);
  assert.equal([operands, unknown], [[], []]);
  return command.opts();
}

test('the unit starts serve with options that it takes, and counts its end by a signal as clean', () => {
  const [, line = ''] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
  const [program, ...words] = line.split(' ');
  assert.is(program, '/usr/bin/warpwatch');
  assert.equal(options(words)['listen'], { host: '127.0.0.1', port: 9847 });
  assert.match(unit, /^SuccessExitStatus=143 130$/m);
  assert.match(unit, /^MemoryDenyWriteExecute=no$/m);
});

const withSystemd = needs('systemd-analyze', test);

withSystemd('systemd takes every line of the unit, and finds little that it may do', () => {
  const file = join(temporaryDirectory(), 'warpwatch.service');
  writeFileSync(file, unit.replace('/usr/bin/warpwatch', '/bin/true'));
  const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  assert.equal([verified.status, verified.stderr], [0, '']);
  // Tenths of the exposure that systemd works out; a unit without any of these lines has 96.
  const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file]);
  assert.is(judged.status, 0, judged.stdout.toString());
});

test('the DaemonSet runs serve without privileges, and asks its own port how it is', () => {
  const documents = parseAllDocuments(read('warpwatch-daemonset.yaml')).map((document) => {
    assert.equal(document.errors, []);
    return document.toJS() as {
      kind: string;
      spec?: { template: { spec: Pod; metadata: { annotations: object } } };
    };
  });
  assert.equal(
    documents.map(({ kind }) => kind),
    ['Namespace', 'DaemonSet', 'Service'],
  );
  const template = documents[1]?.spec?.template;
  const [container, ...others] = template?.spec.containers ?? [];
  assert.ok(template && container && others.length === 0);
  assert.ok(container.env.some(({ name }) => name === 'NODE_NAME'));
  const { listen, hostname } = options(container.args);
  assert.is(hostname, '$(NODE_NAME)');
  assert.equal(listen, { host: '', port: container.ports[0]?.containerPort });
  for (const probe of [container['livenessProbe'], container['readinessProbe']])
    assert.equal(probe?.httpGet, { path: '/healthz', port: container.ports[0]?.name });
  assert.equal(template.metadata.annotations, {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9847',
    'prometheus.io/path': '/metrics',
  });
  assert.is(template.spec.securityContext.runAsNonRoot, true);
  assert.equal(template.spec.securityContext.seccompProfile, { type: 'RuntimeDefault' });
  assert.equal(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  const { version } = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8'));
  assert.is(container.image, `warpwatch:${version}`);
});

test('the image starts serve with options that it takes, as another user than root', () => {
  const dockerfile = read('Dockerfile');
  const [, words = '[]'] = /^CMD (.*)$/m.exec(dockerfile) ?? [];
  assert.equal(options(JSON.parse(words))['listen'], { host: '', port: 9847 });
  assert.match(dockerfile, /^USER 65532:65532$/m);
});

test('the example of a web-config file is one', () => {
  const { tls, users } = parseWebConfig(read('web-config.example.yml'));
  assert.equal(tls?.cert, { file: 'server.crt' });
  assert.equal([...users.keys()], ['prometheus']);
});

test.run();
