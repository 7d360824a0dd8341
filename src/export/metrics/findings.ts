import type { Finding } from '../../analysis/advice/finding.ts';
import type { Labels, MetricFamily, MetricSample } from './family.ts';
import { isRunItself, ofRun } from './labels.ts';
import { goesOn } from './moment.ts';

export const findingFamilies: readonly MetricFamily[] = [
  {
    name: 'finding',
    type: 'gauge',
    unit: 'count',
    help: '1 while a piece of advice warns of something that goes on',
    labels: ['host', 'run', 'finding', 'severity'],
    samples: (moment) => [
      ...(isRunItself(moment) ? [] : warnings({ host: moment.host }, moment.machine.findings)),
      ...moment.runs
        .filter(({ snapshot }) => goesOn(snapshot))
        .flatMap((run) => warnings(ofRun(moment, run), run.snapshot.findings)),
    ],
  },
];

function warnings(labels: Labels, findings: readonly Finding[]): MetricSample[] {
  return findings
    .filter(({ severity }) => severity === 'warn')
    .map(({ id, severity }) => ({ labels: { ...labels, finding: id, severity }, value: 1 }));
}
