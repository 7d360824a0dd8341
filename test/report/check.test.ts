import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../src/model/errors.ts';
import { absent, known } from '../../src/model/measured.ts';
import { buildReport } from '../../src/report/build.ts';
import { checkReport } from '../../src/report/check/check.ts';
import { parseRequirement, parseRequirements } from '../../src/report/check/parse.ts';
import { resolveRequirement } from '../../src/report/check/resolve.ts';
import { editDistance } from '../../src/report/check/suggest.ts';
import { checkText } from '../../src/report/check/text.ts';
import type { Report } from '../../src/report/report.ts';
import { addExecutions, addSteps, emptyTimeline, testDevice, testLaunch } from '../support/timelines.ts';

const test = suite('check');

/** Two devices: gpu0 at smActive 0.6, gpu1 at 0.3; ten steps of 100 ms with 32 samples. */
function madeUp(change: Partial<Report> = {}): Report {
  const timeline = emptyTimeline([testDevice('gpu0'), testDevice('gpu1')]);
  timeline.addLaunch(testLaunch({ device: 'gpu0', name: 'ampere_sgemm' }));
  timeline.addLaunch(testLaunch({ device: 'gpu1', name: 'odd ] name' }));
  addSteps(timeline, Array<number>(10).fill(1e8));
  addExecutions(timeline, [
    [0, 0, 4e8],
    [1, 0, 5e8],
    [0, 6e8, 4e8],
  ]);
  const report = buildReport(timeline);
  const devices = report.devices.map((device, index) => ({
    ...device,
    smActive: known(index === 0 ? 0.6 : 0.3, 'launches'),
    occupancy: index === 0 ? known(0.5, 'launches') : absent('Nobody counted.'),
    computeCapability: known('9.0', 'test'),
  }));
  return { ...report, devices, ...change };
}

function holds(text: string, report = madeUp()): boolean {
  return checkReport(report, [parseRequirement(text)]).passed;
}

function refusal(text: string): string {
  try {
    holds(text);
  } catch (error) {
    if (error instanceof WarpwatchError && error.code === 'usage') return error.message;
    throw error;
  }
  return 'accepted';
}

const passing = [
  'steps.samplesPerSecond>=320',
  'steps.samplesPerSecond >= 200',
  'steps.meanSeconds<=100ms',
  'steps.meanSeconds == 0.1',
  'steps.count==10',
  'smActive>=0.3',
  'smActive>=30%',
  'devices[0].smActive==0.6',
  'devices[gpu0].smActive > .5',
  'devices.gpu0.smActive>50%',
  'devices[*].smActive<1',
  'devices.length==2',
  'devices[0].idle.seconds<1',
  'idle.seconds<600ms',
  'loss.dropped==0',
  'damage.length==0',
  'topKernels[ampere_sgemm].calls==2',
  'topKernels["odd ] name"].calls!=2',
  "topKernels[*].share<='1'".replaceAll("'", ''),
  'source.format==recording',
  'source.format != "kineto"',
  'computeCapability==9.0',
  'advice.lost-records==ok',
  'advice[lost-records] != warn',
  'advice.lost-records.severity == "ok"',
  'run.host.memoryBytes>=16GiB',
];

for (const text of passing) {
  test(`holds: ${text}`, () => assert.ok(holds(text)));
}

const failing = [
  'steps.samplesPerSecond>320',
  'smActive>=0.4',
  'devices[gpu1].smActive >= 0.4',
  'devices[0].idle.seconds<100ms',
  'source.format==kineto',
  'advice.lost-records == warn',
  'topKernels[0].share!=1',
];

for (const text of failing) {
  test(`fails: ${text}`, () => assert.not.ok(holds(text)));
}

test('what is missing fails with its reason, whatever the comparison', () => {
  for (const sign of ['>=', '<=', '==', '!=', '>', '<']) {
    const check = checkReport(madeUp(), [parseRequirement(`devices[gpu1].occupancy ${sign} 0.5`)]);
    assert.not.ok(check.passed);
    assert.match(checkText(check), /^FAIL {2}devices\[gpu1\]\.occupancy .*Nobody counted\.$/m);
  }
});

test('a device, a kernel, a window that the run does not have fails, and what there is is said', () => {
  const text = (requirement: string, report = madeUp()) =>
    checkText(checkReport(report, [parseRequirement(requirement)]));
  assert.match(text('devices[gpu7].smActive!=0.5'), /FAIL.*no devices\[gpu7\]; there is gpu0, gpu1\./);
  assert.match(text('topKernels[9].share<=0.5'), /FAIL.*no topKernels\[9\]/);
  assert.match(text('smActive!=0.5', madeUp({ devices: [] })), /FAIL.*nothing of the kind/);
  assert.match(text('window.seconds>=0', madeUp({ window: null })), /FAIL.*does not tell window/);
  assert.match(text('ranks[*].straggler==false'), /FAIL/);
  assert.match(text('training.lastLoss<=5'), /FAIL.*does not tell training\.lastLoss/);
});

test('null steps give their own reason', () => {
  const report = madeUp();
  const steps = { ...report.steps, samplesPerSecond: null, why: 'Nothing reported steps.' };
  const check = checkReport({ ...report, steps }, [parseRequirement('steps.samplesPerSecond>=1')]);
  assert.match(checkText(check), /FAIL.*Nothing reported steps\./);
});

test('NaN and infinity never pass', () => {
  const training = { workload: null, firstLoss: 'NaN', lastLoss: Number.POSITIVE_INFINITY };
  const report = madeUp({
    training: {
      ...training,
      accuracy: null,
      validationAccuracy: null,
      intermediateBytes: null,
      intermediateGradientBytes: null,
      validationMeanAveragePrecision: null,
      validationMeanAveragePrecision50: null,
      lossParts: [],
      health: null,
    },
  });
  for (const sign of ['>=', '<=', '==', '!=', '>', '<']) {
    assert.not.ok(holds(`training.firstLoss ${sign} 1`, report));
    assert.not.ok(holds(`training.lastLoss ${sign} 1`, report));
  }
});

test('a bare figure holds only where it holds on every device, and the failing device is named', () => {
  const check = checkReport(madeUp(), [parseRequirement('smActive >= 40%')]);
  assert.is(
    checkText(check),
    'FAIL  smActive >= 40%  devices[gpu1].smActive: 0.3 (launches)\n1 of 1 requirements fails.\n',
  );
});

const mistakes: readonly (readonly [text: string, expected: RegExp])[] = [
  ['', /begins with no name/],
  ['smActive', /lacks a comparison/],
  ['smActive=0.4', /write ==/],
  ['smActive>=', /lacks the value/],
  ['smActive>=>=1', /two operators/],
  ['smActive ~ 1', /is no comparison/],
  ['devices[0.smActive>=1', /bracket at character 8 is not closed/],
  ['devices[].smActive>=1', /brackets is empty/],
  ['devices..smActive>=1', /name is missing/],
  ['smActiv>=0.4', /did you mean smActive\?/],
  ['samplesPerSecond>=200', /did you mean steps\.samplesPerSecond\?/],
  ['steps.samplePerSecond>=200', /did you mean steps\.samplesPerSecond\?/],
  ['devices[0].idle.second<1', /did you mean devices\[\*\]\.idle\.seconds\?/],
  ['toString==1', /no toString/],
  ['__proto__.x==1', /no __proto__/],
  ['idle<1', /go on with one of seconds, hostBound/],
  ['devices>=1', /go on with one of \[0\], \[\*\], \.length/],
  ['advice.inputbound!=warn', /There is no advice "inputbound"; there is lost-records/],
  ['smActive>=40', /share of 0\.\.1; write 40% or 0\.4/],
  ['smActive>=5ms', /share of 0\.\.1/],
  ['steps.meanSeconds<40%', /time in seconds/],
  ['steps.count>=5ms', /plain number/],
  ['smActive>=high', /compare it with one/],
  ['smActive>=1e999', /compare it with one/],
  ['source.format>=kineto', /by == or !=/],
  ['ranks[0].straggler==no', /true or false/],
  ['topKernels[0].grid==1', /list/],
  [`${'a'.repeat(2000)}>=1`, /too long/],
];

for (const [text, expected] of mistakes) {
  test(`usage: ${text.slice(0, 40)}`, () => assert.match(refusal(text), expected));
}

test('a file holds one requirement a line, with comments', () => {
  const content = '# gate\nsmActive>=0.4 # of all\r\n\n  steps.count==10\ntopKernels["a # b"].calls==1\n';
  assert.equal(
    parseRequirements(content).map(({ text }) => text),
    ['smActive>=0.4', 'steps.count==10', 'topKernels["a # b"].calls==1'],
  );
});

test('reading never throws anything but a usage error', () => {
  const piece = fc.constantFrom(
    'devices',
    '.',
    '[',
    ']',
    '*',
    '"',
    '>=',
    '==',
    '=',
    '0.4',
    '%',
    ' ',
    'gpu0',
    'ms',
    '#',
    '\n',
    '-',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (written) => {
      try {
        resolveRequirement(parseRequirement(written));
      } catch (error) {
        assert.instance(error, WarpwatchError);
        assert.is((error as WarpwatchError).code, 'usage');
      }
    }),
    { numRuns: 2000 },
  );
});

test('a number is compared as it is written', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (value, limit) => {
        const report = madeUp();
        const devices = report.devices.map((device) => ({ ...device, mfu: known(value, 'test') }));
        assert.is(holds(`mfu>=${limit}`, { ...report, devices }), value >= limit);
        assert.is(holds(`mfu<${limit}`, { ...report, devices }), value < limit);
      },
    ),
    { numRuns: 100 },
  );
});

test('a hostile name reaches no terminal', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch({ name: `\u001b[2Jevil${'x'.repeat(1e6)}` }));
  addExecutions(timeline, [[0, 0, 1000]]);
  const check = checkReport(buildReport(timeline), [parseRequirement('topKernels[*].category==gemm')]);
  assert.not.ok(checkText(check).includes('\u001b'));
  assert.ok(checkText(check).length < 1000);
});

test('edit distance', () => {
  assert.is(editDistance('kitten', 'sitting'), 3);
  assert.is(editDistance('', 'abc'), 3);
  assert.is(editDistance('same', 'same'), 0);
});

test.run();
