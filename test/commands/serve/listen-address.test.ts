import { createServer } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listen } from '../../../src/commands/serve/listen.ts';
import {
  addressText,
  hostName,
  isLoopback,
  parseListenAddress,
} from '../../../src/commands/serve/listen-address.ts';

const test = suite('serve: addresses');

test('an address and a port, or none of it', () => {
  assert.equal(parseListenAddress('127.0.0.1:9847'), { host: '127.0.0.1', port: 9847 });
  assert.equal(parseListenAddress('localhost:0'), { host: 'localhost', port: 0 });
  assert.equal(parseListenAddress('[::]:9847'), { host: '::', port: 9847 });
  assert.equal(parseListenAddress(':9847'), { host: '', port: 9847 });
  for (const text of ['', '9847', ':', 'a:b', '::1:9847', '[::1]', '[a]:1', 'a:70000', 'a b:1', 'http://a:1'])
    assert.is(parseListenAddress(text), null, text);
});

test('addresses of this machine alone, and names in a Host header', () => {
  for (const text of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopback(text), text);
  for (const text of ['0.0.0.0', '::', '10.0.0.1', '1127.0.0.1']) assert.not.ok(isLoopback(text), text);
  assert.is(hostName('LOCALHOST:9847'), 'localhost');
  assert.is(hostName('[::1]:9847'), '[::1]');
  assert.is(hostName('[::1]'), '[::1]');
  assert.is(addressText({ host: '::1', port: 1 }), '[::1]:1');
});

test('what keeps a server from its address is a sentence', async () => {
  const troubles: readonly (readonly [code: string, sentence: RegExp])[] = [
    ['EACCES', /^127\.0\.0\.1:80 may be listened at by root only; choose a port from 1024 on/],
    ['EADDRINUSE', /is taken by another program/],
    ['EODD', /cannot be listened at: odd\.$/],
  ];
  for (const [code, sentence] of troubles) {
    const server = createServer();
    server.listen = () => {
      throw Object.assign(new Error('odd'), { code });
    };
    const error = await listen(server, { host: '127.0.0.1', port: 80 }).catch((thrown: Error) => thrown);
    assert.match(error instanceof Error ? error.message : '', sentence);
  }
});

test.run();
