/**
 * The dashboard over a made-up run, to be driven in a terminal or just looked at:
 *
 *     node --import tsx test/support/dashboard-demo.ts [frozen | moving | gpus | replicas | throw | crash | processes] [settings file] [pid ...]
 *
 * `frozen` shows one moment, `moving` two a second, `gpus` eight synthetic GPUs of which one heats up, `replicas` a
 * training by eight replicas, `processes` GPUs with the given processes on the first; these can be signalled, and
 * settings are kept in the file. On SIGUSR2 the run comes to its end: `throw` fails in a poll, `crash` outside of the
 * dashboard, all others end. The first line is its process id, the last one says how the dashboard closed.
 */
import { runDashboard } from '../../dashboards/terminal/dashboard.ts';
import { settingsFile } from '../../dashboards/terminal/settings.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { training, withProcesses } from '../dashboards/processes-moment.ts';
import { replicasMoment, views } from '../dashboards/replica-moments.ts';
import { ended, running } from '../dashboards/snapshots.ts';
import { syntheticGpus } from '../dashboards/synthetic-gpus.ts';

const [, , mode = 'moving', settings = '', ...pids] = process.argv;
console.log(`demo: process ${process.pid}`);
let polls = 0;
let over = false;

process.on('SIGUSR2', () => {
  if (mode === 'crash') throw new Error('crashed on purpose');
  over = true;
});

function moment(): Snapshot {
  if (mode === 'processes') {
    return withProcesses(pids.map((pid) => ({ ...training, pid: Number(pid), command: `sleep of ${pid}` })));
  }
  if (mode === 'gpus') return syntheticGpus(polls);
  if (mode === 'replicas') return replicasMoment(views.async, 240 + polls);
  return running(mode === 'moving' ? polls : 240);
}

try {
  let signal = '';
  const end = await runDashboard({
    source: {
      poll() {
        polls += 1;
        if (mode === 'throw' && over) throw new Error('thrown on purpose');
        if (over) return ended;
        return moment();
      },
    },
    ...(settings === '' ? {} : { settings: settingsFile(settings) }),
    control: {
      signal(pid, name) {
        process.kill(pid, name);
        return `${name} was sent to ${pid}`;
      },
      startRecording: () => 'runs/demo',
      stopRecording: () => 'The recording is in runs/demo.',
    },
    intervalMs: mode === 'moving' || mode === 'gpus' || mode === 'replicas' ? 500 : 100,
    onInterrupt: (name) => {
      signal = ` by ${name}`;
    },
  });
  console.log(`demo: ${end}${signal}`);
} catch (error) {
  console.log(`demo: ${String(error)}`);
}
