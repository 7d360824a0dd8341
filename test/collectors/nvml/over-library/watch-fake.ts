import { createNvml } from '../../../../collectors/nvml/index.ts';
import type { Timing } from '../../../../collectors/nvml/timing.ts';
import { describeRun } from '../../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../../src/recording/memory-recording.ts';
import { fakeNvmlEnvironment, rewriteScript } from '../../../support/fake-nvml.ts';

/** Calls that are far from hanging stay below `callMs` on a busy machine too. */
const hurried: Partial<Timing> = {
  lanes: { callMs: 250, lookMs: 1000, mostStuck: 3 },
  secondMs: 50,
  rarelyMs: 60,
  initAgainMs: 50,
};
const pollMs = 10;
const mostPolls = 1000;

/** Names the script to the library, which reads it from this process' own environment. */
export function scriptFake(script: string, missing: readonly string[] = []) {
  const driver = fakeNvmlEnvironment(script, missing);
  process.env['FAKE_NVML'] = driver.env.FAKE_NVML;
  return driver;
}

/**
 * Starts the real collector on the made-up library, into a recording in memory.
 * @param missing functions that the library lacks
 */
export async function watchFake(
  script: string,
  missing: readonly string[] = [],
  timing: Partial<Timing> = {},
) {
  const { library, script: path } = scriptFake(script, missing);
  const made = new MemoryRecording(describeRun('test', [], {}, []));
  const writer = made.openStream('nvml');
  const collector = await createNvml(library, { ...hurried, ...timing }).start({
    writer,
    intervalMs: 50,
    settings: {},
    deviceOf: () => null,
  });
  const look = () => {
    writer.flush();
    made.poll();
    return made.timeline;
  };
  const seriesOf = (device: string, metric: string) =>
    look().series.find(({ series }) => series.device === device && series.metric === metric);
  return {
    collector,
    library,
    look,
    seriesOf,
    /** Shows the driver another script, in one step. */
    rewrite: (text: string) => rewriteScript(path, text),
    valuesOf: (device: string, metric: string) => seriesOf(device, metric)?.values ?? [],
    /** The last reason why a figure is missing. */
    absenceOf: (device: string | null, metric: string) =>
      look()
        .absences.filter((absence) => absence.device === device && absence.metric === metric)
        .at(-1)?.why ?? '',
    /** How a device stands; null where nothing was said, so that it is present. */
    stateOf: (device: string) =>
      look()
        .deviceStates.filter((state) => state.device === device)
        .at(-1) ?? null,
    /** @throws where it does not come to be */
    until: async (condition: () => boolean) => {
      for (let tries = 0; tries < mostPolls && !condition(); tries++) {
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
      if (!condition()) throw new Error(`it did not come to be: ${condition}`);
    },
  };
}
