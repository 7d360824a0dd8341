/** Looks at a fleet in a process of its own, tuned as `top` is; prints what each took. Argument: GPUs of a host. */
import { exporterMetrics, parseInstant } from '../../collectors/prometheus/index.ts';
import { frame } from '../../dashboards/terminal/frame.ts';
import { themeOf } from '../../dashboards/terminal/palette.ts';
import { firstUiState } from '../../dashboards/terminal/ui-state.ts';
import { nothingAsked } from '../../src/analysis/details.ts';
import { fleetSnapshot } from '../../src/analysis/fleet/fleet-snapshot.ts';
import { gather } from '../../src/analysis/fleet/gather.ts';
import { TargetsHealth } from '../../src/analysis/fleet/health.ts';
import { joinHosts } from '../../src/analysis/fleet/join-hosts.ts';
import { FleetMembers } from '../../src/analysis/fleet/members.ts';
import { readersOf } from '../../src/analysis/fleet/readers.ts';
import { absentFigures } from '../../src/analysis/fleet/why-absent.ts';
import { tuneForWatching } from '../../src/commands/top/engine.ts';
import { syntheticHealth, syntheticOverview } from '../../test/support/synthetic-prometheus.ts';

const hosts = 1000;
const looks = 10;
const [width, height] = [160, 45];

tuneForWatching();
const overview = syntheticOverview({ hosts, gpus: Number(process.argv[2]) });
const health = syntheticHealth({ hosts });
const theme = themeOf({ TERM: 'xterm-256color' });
const readers = readersOf(exporterMetrics);
const members = new FleetMembers(absentFigures(readers));
const ms: number[] = [];
const cpuMs: number[] = [];
for (let turn = 0; turn < looks; turn += 1) {
  const [startMs, before] = [performance.now(), process.cpuUsage()];
  look(startMs, turn);
  const { user, system } = process.cpuUsage(before);
  ms.push(performance.now() - startMs);
  cpuMs.push((user + system) / 1e3);
}
process.stdout.write(JSON.stringify({ megabytes: overview.length / 1e6, ms, cpuMs }));

/** From the answer's text to the drawn page. */
function look(nowMs: number, turn: number): void {
  const answer = parseInstant(overview);
  const { targets } = gather(answer.samples, readers);
  const told = { health: new TargetsHealth(parseInstant(health).samples), atSeconds: answer.atSeconds };
  members.look({ hosts: joinHosts(targets), remembered: [], ...told }, nowMs);
  const moment = {
    from: 'prometheus http://synthetic',
    troubles: [],
    members: members.members(nowMs, ''),
    omittedHosts: 0,
  };
  const snapshot = fleetSnapshot(moment, nothingAsked, turn);
  frame(snapshot, { ...firstUiState, page: 'fleet' }, width, height, theme);
}
