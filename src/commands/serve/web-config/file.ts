import { statSync } from 'node:fs';
import { messageOf } from '../../../model/errors.ts';
import { type LoadedConfig, loadWebConfig, needsRestart } from './load.ts';

/** Looking more often would cost more than it brings. */
const checkMs = 1000;

/** A web-config file that is read again when it, or a certificate that it names, has changed. */
export class WebConfigFile {
  readonly #path: string;
  readonly #tell: (sentence: string) => void;
  readonly #now: () => number;
  #current: LoadedConfig;
  #stamp: string;
  #checkedMs: number;

  /**
   * @param now a clock in milliseconds
   * @throws WarpwatchError as `loadWebConfig`
   */
  constructor(path: string, tell: (sentence: string) => void, now = () => performance.now()) {
    this.#path = path;
    this.#tell = tell;
    this.#now = now;
    this.#current = loadWebConfig(path);
    this.#stamp = stampOf(this.#current.files);
    this.#checkedMs = now();
    for (const note of this.#current.notes) tell(note);
  }

  /** What holds now. What is wrong with a new file is told once, and the old one stays. */
  get current(): LoadedConfig {
    const timeMs = this.#now();
    if (timeMs - this.#checkedMs >= checkMs) {
      this.#checkedMs = timeMs;
      const stamp = stampOf(this.#current.files);
      if (stamp !== this.#stamp) this.#reload(stamp);
    }
    return this.#current;
  }

  #reload(stamp: string): void {
    this.#stamp = stamp;
    try {
      const next = loadWebConfig(this.#path);
      if (needsRestart(this.#current, next)) {
        this.#tell(
          `${this.#path} turns TLS on or off or changes client_auth_type, which takes effect when serve is started again.`,
        );
        return;
      }
      this.#current = next;
      this.#stamp = stampOf(next.files);
      this.#tell(`${this.#path} was read again.`);
    } catch (error) {
      this.#tell(`${messageOf(error)} What was read before stays in force.`);
    }
  }
}

/** Changes when one of the files does. A link to another file, as Kubernetes has them for secrets, counts too. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'none' : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    })
    .join('\n');
}
