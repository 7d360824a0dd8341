/** What a fleet costs: from a recorded answer of a Prometheus (synthetic: nothing of it was measured) to the drawn page. */
import { exporterMetrics, parseInstant } from '../collectors/prometheus/index.ts';
import { frame } from '../dashboards/terminal/frame.ts';
import { themeOf } from '../dashboards/terminal/palette.ts';
import { firstUiState } from '../dashboards/terminal/ui-state.ts';
import { nothingAsked } from '../src/analysis/details.ts';
import { fleetSnapshot } from '../src/analysis/fleet/fleet-snapshot.ts';
import { gather } from '../src/analysis/fleet/gather.ts';
import { TargetsHealth } from '../src/analysis/fleet/health.ts';
import { joinHosts } from '../src/analysis/fleet/join-hosts.ts';
import { FleetMembers } from '../src/analysis/fleet/members.ts';
import { readersOf } from '../src/analysis/fleet/readers.ts';
import { absentFigures } from '../src/analysis/fleet/why-absent.ts';
import { seriesPerGpu, syntheticHealth, syntheticOverview } from '../test/support/synthetic-prometheus.ts';
import { median, type Row } from './row.ts';

const hosts = 1000;
const looks = 15;
const [width, height] = [160, 45];
/** A host of the fleet is drawn within it. */
const mostMs = 200;

export async function fleetBenchmarks(): Promise<Row[]> {
  return [...look(1, true), ...look(8, false)];
}

function look(gpus: number, isTarget: boolean): Row[] {
  const overview = syntheticOverview({ hosts, gpus });
  const health = syntheticHealth({ hosts });
  const theme = themeOf({ TERM: 'xterm-256color' });
  const readers = readersOf(exporterMetrics);
  const members = new FleetMembers(absentFigures(readers));
  const read: number[] = [];
  const drawn: number[] = [];
  for (let turn = 0; turn < looks; turn += 1) {
    const startMs = performance.now();
    const answer = parseInstant(overview);
    const { targets } = gather(answer.samples, readers);
    const told = { health: new TargetsHealth(parseInstant(health).samples), atSeconds: answer.atSeconds };
    members.look({ hosts: joinHosts(targets), remembered: [], ...told }, startMs);
    const moment = {
      from: 'prometheus http://synthetic',
      troubles: [],
      members: members.members(startMs, ''),
      omittedHosts: 0,
    };
    read.push(performance.now() - startMs);
    frame(
      fleetSnapshot(moment, nothingAsked, turn),
      { ...firstUiState, page: 'fleet' },
      width,
      height,
      theme,
    );
    drawn.push(performance.now() - startMs);
  }
  const size = `${(overview.length / 1e6).toFixed(1)} MB, ${(hosts * gpus * seriesPerGpu).toLocaleString('en')} series`;
  const name = `${hosts} hosts of ${gpus === 1 ? 'one GPU' : `${gpus} GPUs`}`;
  const value = median(drawn);
  return [
    { name: `${name}: answer to members`, value: median(read), unit: 'ms', note: `${size}, synthetic` },
    {
      name: `${name}: answer to drawn page, ${width}x${height}`,
      value,
      unit: 'ms',
      ...(isTarget ? { target: `≤ ${mostMs}`, holds: value <= mostMs } : {}),
      note: `median of ${looks} looks`,
    },
    { name: `${name}: the first look of a process`, value: drawn[0] ?? Number.NaN, unit: 'ms' },
  ];
}
