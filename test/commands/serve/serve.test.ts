import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startWarpwatch, until, warpwatch } from '../../support/cli.ts';
import { fakeNvmlEnvironment, h200 } from '../../support/fake-nvml.ts';
import { ask, askUntil, basic, open, send } from '../../support/http.ts';
import { needs } from '../../support/needs.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('serve');
const withCompiler = needs('cc', test);
const directory = temporaryDirectory();
const started = new Set<ReturnType<typeof startWarpwatch>>();
// One is left only where its test failed.
test.after(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts `warpwatch serve WORDS…` and waits until it tells where it listens. */
async function serve(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = startWarpwatch(['serve', '--listen', '127.0.0.1:0', ...words], {
    env: { ...process.env, ...env },
  });
  started.add(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  await until(() => child.exitCode !== null || stderr.includes('Serving '), 'the first line');
  const [, url = ''] = /Serving (\S+)\/metrics/.exec(stderr) ?? [];
  assert.is.not(url, '', stderr);
  return {
    url,
    told: () => stderr,
    /** Nobody reads any more what it tells. */
    hangUp: () => child.stderr.destroy(),
    /** Ends it with a signal. Resolves to its exit code. */
    async end(signal: NodeJS.Signals): Promise<unknown> {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}

withCompiler(
  'a machine with a GPU, a password and bad clients: one process from its start to its end',
  async () => {
    const webConfig = join(directory, 'web.yml');
    const policy = "default-src 'self'";
    const http = `http_server_config: { headers: { Content-Security-Policy: "${policy}" } }`;
    writeFileSync(webConfig, `${http}\nbasic_auth_users: { prometheus: ${hashSync('scrape', 4)} }`);
    const served = await serve(
      ['--web', '--interval', '0.2', '--hostname', 'node-7', '--web-config', webConfig],
      fakeNvmlEnvironment(h200()).env,
    );
    const headers = basic('prometheus', 'scrape');
    assert.match(
      served.told(),
      /^warpwatch: Serving http:\/\/127\.0\.0\.1:\d+\/metrics of this machine, and /,
    );

    for (const path of ['/metrics', '/healthz', '/', '/nothing']) {
      const { status, headers: answered } = await ask(served.url + path);
      assert.is(status, 401);
      assert.match(String(answered['www-authenticate']), /^Basic realm="warpwatch"/);
    }
    for (const wrong of [basic('prometheus', 'guess'), basic('nobody', 'scrape')])
      assert.is((await ask(served.url, { headers: wrong })).status, 401);
    const metrics = await askUntil(`${served.url}/metrics`, { headers }, ({ text }) =>
      text.includes('warpwatch_gpu_sm_active_ratio'),
    );
    assert.is(metrics.status, 200);
    assert.match(metrics.text, /warpwatch_gpu_sm_active_ratio\{[^}]*host="node-7"[^}]*\} 0\.41/);

    const health = await ask(`${served.url}/healthz`, { headers });
    assert.is(health.status, 200);
    const { status, sources, troubles } = JSON.parse(health.text);
    assert.is(status, 'ok');
    assert.ok(sources.some(({ id, works }: { id: string; works: boolean }) => id === 'nvml' && works));
    assert.is(troubles.password, 6);
    assert.is((await ask(`${served.url}/-/healthy`, { headers })).status, 200);
    const page = await ask(served.url, { headers });
    assert.equal([page.status, page.headers['content-security-policy']], [200, policy]);

    // Guesses of one client are turned away, and whoever has the password does not wait for them.
    const guesses = Array.from({ length: 40 }, (_, index) =>
      ask(served.url, { headers: basic('prometheus', `guess ${index}`) }),
    );
    assert.is((await ask(`${served.url}/metrics`, { headers })).status, 200);
    const statuses = (await Promise.all(guesses)).map((answer) => answer.status);
    assert.ok(statuses.includes(429));
    assert.ok(statuses.every((code) => code === 401 || code === 429));

    assert.match(
      await send(
        served.url,
        'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n'.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
      ),
      /^HTTP\/1.1 421 /,
    );
    const rebound = 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    assert.match(await send(served.url, rebound), /^HTTP\/1.1 421 /);
    assert.match(await send(served.url, 'nothing of that kind\r\n\r\n'), /^HTTP\/1.1 400 /);

    writeFileSync(webConfig, `basic_auth_users: { other: ${hashSync('scrape', 4)} }`);
    await askUntil(served.url, { headers: basic('other', 'scrape') }, (answer) => answer.status === 200);
    assert.is((await ask(served.url, { headers })).status, 401);
    assert.match(served.told(), /web\.yml was read again\./);

    const idle = open(served.url);
    await once(idle, 'connect');
    assert.is(await served.end('SIGTERM'), 143);
    const lines = served.told().trimEnd().split('\n');
    assert.is(new Set(lines).size, lines.length, 'no line comes twice');
    assert.ok(lines.every((line) => line.startsWith('warpwatch: ')));
    assert.not.match(served.told(), /scrape|guess \d/);
  },
);

test('without a GPU it serves on and says so, to nobody as well; a second one finds the port taken', async () => {
  const served = await serve([], { PATH: '/nowhere', LD_LIBRARY_PATH: '' });
  await until(() => served.told().includes('nvidia-smi is not on PATH'), 'what is missing');
  const { status, text } = await ask(`${served.url}/metrics`);
  assert.is(status, 200);
  assert.match(text, /warpwatch_host_cpu_util_ratio\{/);
  assert.match((await ask(served.url)).text, /href="\/metrics"/);
  const taken = new URL(served.url).host;
  const { code, stderr } = await warpwatch(['serve', '--listen', taken]);
  assert.is(code, 1);
  assert.is(stderr, `warpwatch: ${taken} is taken by another program; choose another with --listen.\n`);
  served.hangUp();
  for (const path of ['/nothing', '/metrics']) await ask(served.url + path);
  assert.is(await served.end('SIGINT'), 130);
});

const mistakes: readonly (readonly [words: readonly string[], code: number, sentence: RegExp])[] = [
  [['--listen', '203.0.113.1:9847'], 1, /203\.0\.113\.1:9847 is no address of this machine; .*--listen/],
  [['--listen', '9847'], 2, /It takes an address and a port, such as/],
  [['--web-config', join(directory, 'none.yml')], 1, /none\.yml is not there\.\n$/],
  [['--otlp', 'collector'], 2, /--otlp takes the address of a collector/],
];

test('what cannot be served is a sentence and an exit code', async () => {
  const run = async ([words, code, sentence]: (typeof mistakes)[number]) => {
    const result = await warpwatch(['serve', ...words]);
    assert.match(result.stderr, sentence);
    assert.is(result.code, code, words.join(' '));
    assert.is(result.stdout, '');
  };
  await Promise.all(mistakes.map(run));
});

test.run();
