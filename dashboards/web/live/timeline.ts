import type { DeviceTimeline, Lane, LaneWork } from '../../../src/analysis/details.ts';
import { percent, shortTime } from '../../../src/model/numbers.ts';
import { chosenIndex, shownDevices } from '../../model/shown-devices.ts';
import {
  busyShare,
  idleReasons,
  longestIdleText,
  type PartKind,
  partNames,
  partsByKind,
} from '../../model/timeline-parts.ts';
import { element, section } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import { DeviceChoice } from './device-choice.ts';
import { looking } from './kernel-detail.ts';
import { Keyed, setText } from './keyed.ts';
import { type DrawnLane, LaneStrip } from './lane-strip.ts';
import type { LiveView } from './live-view.ts';
import { noteItem } from './note-item.ts';
import { PartsBar, PartsLegend } from './parts.ts';
import type { LiveSection, SetUi } from './section.ts';
import type { Ui } from './ui.ts';

/** More streams than this have no room. */
const mostLanes = 24;
const colours: Readonly<Record<PartKind, string>> = {
  compute: '--s-compute',
  communication: '--c-communication',
  copies: '--c-memcpy',
  idle: '--c-other',
};
const laneColours: Readonly<Record<LaneWork, string>> = {
  compute: colours.compute,
  communication: colours.communication,
  copy: colours.copies,
};

/** The last seconds of the chosen device by stream, when it stood idle, and what the host did then. */
export class TimelineSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #devices: DeviceChoice;
  readonly #about = element('p', { class: 'about' });
  readonly #lanes: Keyed<DrawnLane>;
  readonly #axis = element('div', { class: 'lane-axis' });
  readonly #bar = new PartsBar();
  readonly #legend = new PartsLegend();
  readonly #idle: Keyed<string>;
  readonly #body: HTMLElement;

  constructor(theme: ThemeSwitch, setUi: SetUi) {
    this.#devices = new DeviceChoice(setUi);
    const lanes = element('div', { class: 'lanes' });
    const idle = element('div');
    this.#lanes = new Keyed(
      lanes,
      ({ name }) => name,
      () => new LaneStrip(theme),
    );
    this.#idle = new Keyed(idle, (text) => text, noteItem);
    const axis = element('div', { class: 'lane', 'aria-hidden': 'true' }, element('span'), this.#axis);
    this.#body = element('div', {}, lanes, axis, this.#bar.root, this.#legend.root, idle);
    this.root = section('timeline', 'Timeline', null, this.#devices.root, this.#about, this.#body);
  }

  show({ snapshot }: LiveView, ui: Ui): void {
    const views = shownDevices(snapshot);
    this.#devices.show(views, ui);
    const device = views[chosenIndex(views.length, ui.device)]?.device.id ?? '';
    const detail = snapshot.details.timeline;
    const isThere = detail !== null && detail.device === device && detail.why === '';
    this.#body.hidden = !isThere;
    if (!isThere) {
      const why = detail?.device === device ? detail.why : looking(ui);
      setText(this.#about, `${device === '' ? '' : `${device}: `}${why}`);
      return;
    }
    setText(this.#about, `${device}, the last ${shortTime(detail.seconds)}`);
    this.#lanes.show([wholeLane(detail), ...detail.lanes.slice(0, mostLanes).map(laneOf)]);
    this.#axis.replaceChildren(
      element('span', {}, `−${shortTime(detail.seconds)}`),
      element('span', {}, `−${shortTime(detail.seconds / 2)}`),
      element('span', {}, 'now'),
    );
    const parts = partsByKind(detail).map(({ what, share }) => ({
      name: partNames[what],
      share,
      colour: `var(${colours[what]})`,
    }));
    this.#bar.show(parts);
    this.#legend.show(parts);
    const reasons = idleReasons(detail).map(({ share, within }) => `${percent(share)} ${within.text}`);
    this.#idle.show([longestIdleText(detail), ...reasons].filter((text) => text !== ''));
  }
}

function wholeLane(detail: DeviceTimeline): DrawnLane {
  return {
    name: 'any stream',
    share: busyShare(detail),
    heaviest: '',
    busy: detail.busy,
    colours: detail.busy.map(() => '--good'),
  };
}

function laneOf({ queue, share, busy, work, heaviest }: Lane): DrawnLane {
  return {
    name: `stream ${queue}`,
    share,
    heaviest,
    busy,
    colours: work.map((each) => (each === null ? null : laneColours[each])),
  };
}
