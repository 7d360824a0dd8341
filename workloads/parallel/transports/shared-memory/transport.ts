import type { Transport } from '../../transport.ts';
import { agreeInMemory } from './agree.ts';
import { sharedAverage } from './average.ts';
import type { Seat } from './host.ts';
import { Member } from './member.ts';
import { Regions } from './regions.ts';
import { sharedServers } from './servers.ts';

/**
 * Takes a replica's place among the worker threads of one process.
 * @param seat what `seatOf` gave the thread that started this one
 * @throws GroupStopped or WarpwatchError where the group has ended by now
 */
export function openSharedMemory(seat: Seat): Transport {
  const member = new Member(seat);
  const regions = new Regions(seat, member);
  const { rank, size, control } = member;
  const ranks = Array.from({ length: size }, (_, each) => each);
  const living = () => ranks.filter((each) => !control.isGone(each));
  return {
    rank,
    size,
    get spent() {
      return member.spent;
    },
    living: () => living().length,
    agree: (facts) => member.call(() => agreeInMemory(member, regions, facts)),
    openAverage: (lengths) => member.call(() => sharedAverage(member, regions, lengths)),
    openServers: (lengths, initial) => member.call(() => sharedServers(member, regions, lengths, initial)),
    progress: () => ({
      groupSteps: control.groupSteps,
      slowestSteps: Math.min(...living().map((each) => control.get('steps', each))),
    }),
    endStep: () =>
      member.call(() => {
        const steps = control.countStep(rank);
        control.ring();
        return steps;
      }),
    waitForSlowest: (steps) =>
      member.call(() =>
        member.waitUntil(() =>
          control.ofAllLiving((each) => each === rank || control.get('steps', each) >= steps),
        ),
      ),
    barrier: () =>
      member.call(() => {
        const arrived = control.get('barriers', rank) + 1;
        control.set('barriers', rank, arrived);
        control.ring();
        member.waitUntil(() => control.ofAllLiving((each) => control.get('barriers', each) >= arrived));
      }),
    sleep: (seconds) => member.sleep(seconds),
    close: () => member.close(),
  };
}
