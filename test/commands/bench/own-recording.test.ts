import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { placeRecording, replicaStream } from '../../../src/commands/bench/mpi/own-recording.ts';
import { openStream } from '../../../src/recording/recording.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('where a rank records');

test('one that does not see the recording makes its own, until that is taken away', async () => {
  const place = placeRecording(join(temporaryDirectory(), 'of another machine'));
  assert.ok(place.isOwn);
  await openStream(place.directory, 'replica3').close('ended');
  assert.ok(existsSync(replicaStream(place.directory, 3)));
  place.remove();
  assert.not(existsSync(dirname(place.directory)));
});

test('one that sees the recording writes into it, and takes nothing away', () => {
  const { directory, remove } = placeRecording(join(temporaryDirectory(), 'none'));
  const place = placeRecording(directory);
  assert.equal([place.directory, place.isOwn], [directory, false]);
  place.remove();
  assert.ok(readdirSync(directory).length > 0);
  remove();
});

test.run();
