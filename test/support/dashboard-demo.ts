/**
 * The dashboard over a made-up run, to be driven in a terminal or just looked at:
 *
 *     node --import tsx test/support/dashboard-demo.ts [frozen | moving | throw | crash]
 *
 * `frozen` shows one moment, `moving` two a second. On SIGUSR2 the run comes to its end: `throw` fails in a poll,
 * `crash` outside of the dashboard, all others end. The first line is its
 * process id, the last one says how the dashboard closed.
 */
import { runDashboard } from '../../dashboards/terminal/dashboard.ts';
import { ended, running } from '../dashboards/snapshots.ts';

const mode = process.argv[2] ?? 'moving';
console.log(`demo: process ${process.pid}`);
let polls = 0;
let over = false;

process.on('SIGUSR2', () => {
  if (mode === 'crash') throw new Error('crashed on purpose');
  over = true;
});

try {
  let signal = '';
  const end = await runDashboard({
    source: {
      poll() {
        polls += 1;
        if (mode === 'throw' && over) throw new Error('thrown on purpose');
        if (over) return ended;
        return running(mode === 'moving' ? polls : 240);
      },
    },
    intervalMs: mode === 'moving' ? 500 : 100,
    onInterrupt: (name) => {
      signal = ` by ${name}`;
    },
  });
  console.log(`demo: ${end}${signal}`);
} catch (error) {
  console.log(`demo: ${String(error)}`);
}
