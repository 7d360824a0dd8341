import {
  type DevicePoints,
  type LiveMoment,
  type PageAsked,
  packMoment,
  type RunRow,
} from '../../../dashboards/model/live-stream.ts';
import { eachCurve, thinCurve, thinHistory } from '../../../dashboards/model/thin-curves.ts';
import type { DetailsAsked } from '../../analysis/details.ts';
import type { Curve, DeviceView, Snapshot } from '../../analysis/snapshot.ts';
import type { GpuProcess } from '../../model/gpu-process.ts';
import type { Served } from './route.ts';

/** Of a whole curve of a training, and of what comes to it with one look. */
const curvePoints = 600;
const newCurvePoints = 60;
/** Kernels that every page gets, and those that a page gets that shows them all. */
const heaviestKernels = 12;
const mostKernels = 500;
/** Of a history: a chart shows no smaller part of a share. */
const digits = 1e4;

export interface LookOptions {
  /** Of warpwatch. */
  readonly version: string;
  /** Between two looks. */
  readonly intervalMs: number;
  /**
   * Whether command lines go out whole. They hold passwords, tokens and paths of other users, and whoever opens the page
   * would read them; so a person has to ask for it.
   */
  readonly commands: boolean;
}

/** Up to where a page has what grows. */
export interface Place {
  /** Of the look that it had last; '' before the first. */
  readonly id: string;
  /** How many points each curve had until then, those that are kept no longer counted too. */
  readonly points: ReadonlyMap<string, number>;
}

export const nowhere: Place = { id: '', points: new Map() };

/** One look at what is served. What pages with the same wishes get of it is worked out once. */
export class Look {
  readonly place: Place;
  readonly #run: string;
  readonly #served: Served;
  readonly #options: LookOptions;
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #texts = new Map<string, string>();

  /**
   * @param run of the server
   * @param number of the look in it
   */
  constructor(run: string, number: number, served: Served, first: DetailsAsked, options: LookOptions) {
    this.#run = run;
    this.#served = served;
    this.#options = options;
    this.place = { id: `${run}.${number}`, points: pointsUntil(this.#snapshot(first)) };
  }

  /** The event for pages that ask for this and have what was until `from`. */
  event(asked: PageAsked, from: Place, denied = ''): string {
    const key = JSON.stringify([asked, from.id, denied]);
    let text = this.#texts.get(key);
    if (text === undefined) {
      const data = packMoment(this.#moment(asked, this.#goesOn(from) ? from : nowhere, denied));
      text = `id: ${this.place.id}\nevent: moment\ndata: ${data}\n\n`;
      this.#texts.set(key, text);
    }
    return text;
  }

  /** A curve that has fewer points than before is another one. */
  #goesOn(from: Place): boolean {
    return [...from.points].every(([curve, points]) => (this.place.points.get(curve) ?? points) >= points);
  }

  #snapshot({ timeline, ranks, kernel, host }: DetailsAsked): Snapshot {
    const details = { timeline, ranks, kernel, host };
    const key = JSON.stringify(details);
    const made = this.#snapshots.get(key) ?? this.#served.snapshot(details);
    this.#snapshots.set(key, made);
    return made;
  }

  #moment(asked: PageAsked, { id, points: before }: Place, denied: string): LiveMoment {
    const snapshot = this.#snapshot(asked);
    const whole = id === nowhere.id;
    const { training } = snapshot;
    const curve = (name: 'loss' | 'accuracy', of: Curve) =>
      thinCurve(newPoints(of, before.get(name)), whole ? curvePoints : newCurvePoints);
    return {
      whole,
      run: this.#run,
      host: this.#served.host,
      version: this.#options.version,
      lookSeconds: this.#options.intervalMs / 1e3,
      sources: this.#served.sources(),
      denied,
      snapshot: {
        ...snapshot,
        devices: snapshot.devices.map(({ history: _history, processes, ...figures }) => ({
          ...figures,
          processes: processes?.map((process) => this.#told(process)) ?? null,
        })),
        kernels: snapshot.kernels.slice(0, asked.kernels ? mostKernels : heaviestKernels),
        training: training && {
          ...training,
          loss: curve('loss', training.loss),
          accuracy: curve('accuracy', training.accuracy),
        },
      },
      kernelCount: snapshot.kernels.length,
      runs: asked.runs ? this.#runs() : [],
      histories: snapshot.devices.map((view) => pointsOf(view, before.get(keyOf(view)) ?? 0)),
    };
  }

  #runs(): RunRow[] {
    const { runs, machine } = this.#served.moment();
    return runs
      .filter(({ snapshot }) => snapshot !== machine)
      .map(({ name, snapshot: { title, state, elapsedSeconds, training } }) => ({
        name,
        title,
        state,
        elapsedSeconds,
        training: training && {
          workload: training.workload,
          step: training.step,
          progress: training.progress,
          stepSeconds: training.stepSeconds,
          samplesPerSecond: training.samplesPerSecond,
        },
        loss: training?.loss.y.at(-1) ?? null,
      }));
  }

  #told(process: GpuProcess): GpuProcess {
    return this.#options.commands ? process : { ...process, command: '' };
  }
}

function pointsUntil({ devices, training }: Snapshot): Place['points'] {
  return new Map([
    ...devices.map((view) => [keyOf(view), view.history.dropped + view.history.util.length] as const),
    ['loss', training?.loss.y.length ?? 0],
    ['accuracy', training?.accuracy.y.length ?? 0],
  ]);
}

/** No other curve has a name with a colon. */
function keyOf({ device }: DeviceView): string {
  return `device:${device.id}`;
}

function newPoints({ x, y }: Curve, from = 0): Curve {
  return { x: x.slice(from), y: y.slice(from) };
}

/** The points of a device after so many that a page has; older ones thinned. */
function pointsOf({ device, history }: DeviceView, before: number): DevicePoints {
  const { dropped, intervalSeconds } = history;
  const from = Math.max(0, before - dropped);
  const x = history.util.slice(from).map((_, index) => (dropped + from + index) * intervalSeconds);
  const curves = eachCurve((name) => {
    const values = history[name].slice(from);
    return values.every(Number.isNaN) ? [] : values.map((value) => Math.round(value * digits) / digits);
  });
  return { device: device.id, intervalSeconds, ...thinHistory({ x, curves }, intervalSeconds) };
}
