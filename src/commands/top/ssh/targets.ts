import { WarpwatchError } from '../../../model/errors.ts';

/** A machine that ssh is asked for. */
export interface SshTarget {
  /** What it is called on screen: without the user, where no other has the same name. */
  readonly name: string;
  /** What ssh takes: `host`, `user@host`, an alias of its configuration, `ssh://user@host:port`. */
  readonly destination: string;
}

/** Each costs a process of ssh and a log-in there; more machines are for Prometheus. */
const mostHosts = 64;
const longestDestination = 255;
/** Anything that a shell, a terminal or ssh could take for something else than a name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the expression is for.
const notOfANames = /[\u0000-\u0020\u007f-\u00a0'"`$&;|<>(){}\\*?!]/;

/**
 * Reads what `--host` was given: names with commas between them, each list with its own user. `user@a,b` is that user on both.
 * @throws WarpwatchError `usage`
 */
export function parseTargets(lists: readonly string[]): readonly SshTarget[] {
  const destinations = [...new Set(lists.flatMap(destinationsOf))];
  if (destinations.length > mostHosts) {
    throw new WarpwatchError(
      'usage',
      `--host takes at most ${mostHosts} hosts, here are ${destinations.length}: watch more of them with --prometheus.`,
    );
  }
  const names = destinations.map(nameOf);
  return destinations.map((destination, index) => {
    const name = names[index] ?? destination;
    const alone = names.indexOf(name) === names.lastIndexOf(name);
    return { name: alone ? name : destination, destination };
  });
}

function destinationsOf(list: string): string[] {
  let user = '';
  return list.split(',').map((part) => {
    const given = part.trim();
    check(given, list);
    if (given.startsWith('ssh://')) return given;
    const at = given.lastIndexOf('@');
    if (at < 0) return user + given;
    user = given.slice(0, at + 1);
    return given;
  });
}

function check(given: string, list: string): void {
  const refuse = (why: string): never => {
    throw new WarpwatchError('usage', `--host ${JSON.stringify(list)}: ${why}.`);
  };
  if (given === '') refuse('a name is empty; put one comma between two hosts');
  if (given.startsWith('-') || given.includes('@-') || given.includes('/-')) {
    refuse('a host whose name begins with "-" would be an option of ssh');
  }
  if (notOfANames.test(given)) refuse('a name holds blanks or signs that no host has');
  if (given.length > longestDestination) refuse('a name is longer than any host has');
  if (given.endsWith('@')) refuse('the host after "@" is missing');
}

function nameOf(destination: string): string {
  const withoutScheme = destination.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  return withoutScheme.slice(withoutScheme.lastIndexOf('@') + 1);
}

/**
 * Arguments of ssh: no terminal, no questions, and a connection that is dead is noticed within 10 s.
 * @param command for the shell of the other machine
 */
export function sshArguments(destination: string, command: string): string[] {
  const options = ['BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=5', 'ServerAliveCountMax=2'];
  return ['-T', ...options.flatMap((option) => ['-o', option]), '--', destination, command];
}
