import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { byReason } from '../../src/commands/by-reason.ts';

const test = suite('figures by reason');

test('figures that lack for one reason are told together, whichever of their names the sentence has', () => {
  const groups = byReason([
    { metric: 'smActive', label: 'SM active', why: 'A CPU has no counter for smActive; look at its peak.' },
    {
      metric: 'tensorActive',
      label: 'tensor',
      why: 'A CPU has no counter for tensorActive; look at its peak.',
    },
    { metric: 'powerWatts', label: 'power', why: 'Nothing samples power in this run.' },
    { metric: 'fanSpeed', label: 'fan', why: 'Nothing samples fan in this run.' },
    { metric: 'temperatureCelsius', label: 'temperature', why: 'The CPU temperature comes later.' },
  ]);
  assert.equal(groups, [
    { why: 'A CPU has no counter for it; look at its peak.', names: ['SM active', 'tensor'] },
    { why: 'Nothing samples it in this run.', names: ['power', 'fan'] },
    { why: 'The CPU temperature comes later.', names: ['temperature'] },
  ]);
});

test.run();
