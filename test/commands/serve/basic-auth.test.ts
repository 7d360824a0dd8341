import { hashSync } from 'bcryptjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PasswordCheck } from '../../../src/commands/serve/basic-auth.ts';
import { basic } from '../../support/http.ts';

const test = suite('serve: passwords');
const users = new Map([
  ['prometheus', hashSync('scrape: me', 4)],
  ['grafana', hashSync('grüße', 4).replace('$2b$', '$2y$')],
]);
const eager = { waiting: 6, waitingOfAddress: 4, restShare: 0, longestRestMs: 0 };

function checking(limits = eager) {
  const passwords = new PasswordCheck(limits);
  return (user: string, password: string, address = '10.0.0.1') =>
    passwords.check(basic(user, password).authorization, users, address);
}

test('right and wrong passwords, users who are not there, and headers that are none', async () => {
  const check = checking();
  assert.is(await check('prometheus', 'scrape: me'), 'right');
  assert.is(await check('prometheus', 'scrape: me'), 'right');
  assert.is(await check('grafana', 'grüße'), 'right');
  assert.is(await check('prometheus', 'grüße'), 'wrong');
  assert.is(await check('prometheus', ''), 'wrong');
  assert.is(await check('nobody', 'scrape: me'), 'wrong');
  assert.is(await check('', ''), 'wrong');
  const passwords = new PasswordCheck(eager);
  for (const header of [undefined, '', 'Basic', 'Basic !', 'Basic bm9jb2xvbg==', 'Bearer abc', 'Basic  '])
    assert.is(await passwords.check(header, users, ''), 'wrong', header);
});

test('many guesses are turned away, of one address sooner, and whoever is known does not wait for them', async () => {
  const check = checking();
  await check('prometheus', 'scrape: me');
  const guess = (count: number, address: string) =>
    Array.from({ length: count }, (_, index) => check('prometheus', `guess ${index}`, address));
  const flood = [...guess(5, '10.0.0.2'), ...guess(5, '10.0.0.3')];
  assert.is(await Promise.race([...flood.slice(0, 4), check('prometheus', 'scrape: me')]), 'right');
  const verdicts = await Promise.all(flood);
  assert.equal(verdicts.filter((verdict) => verdict === 'wrong').length, eager.waiting);
  assert.equal(verdicts.slice(0, 5), ['wrong', 'wrong', 'wrong', 'wrong', 'busy']);
  assert.is(await check('prometheus', 'guess', '10.0.0.3'), 'wrong', 'afterwards there is room again');
});

test('a password that was right is none any more once its hash is another', async () => {
  const passwords = new PasswordCheck(eager);
  const { authorization } = basic('prometheus', 'scrape: me');
  assert.is(await passwords.check(authorization, users, ''), 'right');
  const changed = new Map([['prometheus', hashSync('another', 4)]]);
  assert.is(await passwords.check(authorization, changed, ''), 'wrong');
  assert.is(await passwords.check(authorization, new Map([['other', hashSync('x', 4)]]), ''), 'wrong');
});

test.run();
