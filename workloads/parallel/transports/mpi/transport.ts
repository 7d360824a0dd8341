import { WarpwatchError } from '../../../../src/model/errors.ts';
import { differenceOf, type Facts } from '../../facts.ts';
import type { Transport } from '../../transport.ts';
import { MpiAverage } from './average.ts';
import { Communicator } from './communicator.ts';
import { Group } from './group.ts';
import { loadMpi } from './library.ts';
import { exchangeTexts } from './messages.ts';
import { type MpiSeat, wordsOf } from './seat.ts';
import { MpiServers } from './servers.ts';

/**
 * Takes a rank's place among the processes that `mpirun` started.
 * @param seat what `seatOf` gave the thread that started this one; that thread makes no calls of MPI meanwhile but those of `attend`
 * @throws WarpwatchError where the others do not come
 */
export function openMpi(seat: MpiSeat): Transport {
  const { sleeper, lock, board: boardWord } = wordsOf(seat);
  const communicator = new Communicator(loadMpi().heldBy(lock), seat.communicator);
  const group = new Group(communicator, sleeper, seat.settings);
  boardWord[0] = group.board.handle;
  const { board } = group;
  const { rank, size } = communicator;
  const shared: { free(): void }[] = [];
  const opened = <T extends { free(): void }>(part: T): T => {
    shared.push(part);
    return part;
  };
  /** Whether this rank has come to the end together with the others. */
  let settled = false;
  const slowest = () => Math.min(...group.living().map((each) => board.steps(each)));
  const call = <T>(act: () => T): T => {
    settled = false;
    return group.during(act);
  };
  return {
    rank,
    size,
    get spent() {
      return group.spent;
    },
    living: () => group.living().length,
    agree: (facts) => call(() => agree(group, facts)),
    openAverage: (lengths) => call(() => opened(new MpiAverage(group, lengths))),
    openServers: (lengths, initial) => call(() => opened(new MpiServers(group, lengths, initial))),
    progress: () => ({ groupSteps: board.groupSteps, slowestSteps: slowest() }),
    endStep: () => call(() => board.countStep()),
    waitForSlowest: (steps) =>
      call(() => {
        const missing = () => group.living().filter((each) => each !== rank && board.steps(each) < steps);
        group.wait({ what: `for ${steps} steps of the slowest`, missing, sparesGone: true });
      }),
    barrier: () => {
      call(() => group.meet('for the others to come as far'));
      settled = true;
    },
    sleep: (seconds) => group.sleep(seconds),
    close() {
      const frees = settled && !sleeper.stopped;
      if (frees) group.meetAtEnd();
      else board.leave();
      // Whoever watches this thread has nothing to tell the others any more.
      boardWord[0] = 0n;
      // Freeing takes all: where one has left, what they share stays until the process ends.
      if (!frees || group.living().length < size) return;
      for (const part of [...shared, board]) part.free();
    },
  };
}

function agree(group: Group, facts: Facts): void {
  const said = exchangeTexts(
    group.communicator,
    JSON.stringify(facts),
    group.finish('for what the others are'),
  );
  const difference = differenceOf(said.map((text) => JSON.parse(text) as Facts));
  if (difference !== null) throw new WarpwatchError('usage', difference);
}
