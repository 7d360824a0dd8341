import { statSync } from 'node:fs';
import { messageOf, WarpwatchError } from '../../../model/errors.ts';
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
  /** What is wrong with the newest file, as it was told. */
  #trouble = '';

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
      if (stampOf(this.#current.files) !== this.#stamp) this.#reload();
    }
    return this.#current;
  }

  #reload(): void {
    try {
      const next = loadWebConfig(this.#path);
      if (needsRestart(this.#current, next)) {
        throw new WarpwatchError(
          'unsupported',
          `${this.#path} turns TLS on or off, changes client_auth_type or takes all users away, which takes effect when serve is started again.`,
        );
      }
      this.#current = next;
      this.#stamp = stampOf(next.files);
      this.#trouble = '';
      this.#tell(`${this.#path} was read again.`);
    } catch (error) {
      // It is tried again at each check: a file that it names may come later.
      this.#stamp = '';
      if (messageOf(error) !== this.#trouble)
        this.#tell(`${messageOf(error)} What was read before stays in force.`);
      this.#trouble = messageOf(error);
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
