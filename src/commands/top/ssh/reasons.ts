import { clean } from '../../../model/clean-text.ts';

const longestReason = 200;

/** What ssh, the shell or the warpwatch there say, and what to do about it; the first that fits. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /permission denied/i,
    'let a key in without a password (ssh-copy-id, ssh-add); `ssh` to it must work without a question',
  ],
  [
    /remote host identification has changed|host key verification failed/i,
    'its key is new or has changed; connect once with `ssh` and look at the key',
  ],
  [
    /could not resolve hostname/i,
    'no host of this name is known; mend the name, or give it a Host entry in ~/.ssh/config',
  ],
  [
    /connection refused/i,
    'it is there, but no ssh server listens; start sshd there, or name the port in ~/.ssh/config',
  ],
  [
    /timed out|no route to host|network is unreachable/i,
    'it does not answer; is it up, and is this network allowed to reach it?',
  ],
  [/too many authentication failures/i, 'name its key with IdentityFile and IdentitiesOnly in ~/.ssh/config'],
  [/unknown option|unknown command/i, 'the warpwatch there is too old; bring it up to date'],
];
const notFound =
  'warpwatch is not installed there, or not on the PATH of a shell without a terminal; --remote-command names it, such as "npx warpwatch"';

/**
 * Why a connection ended, as a sentence: what was said last, and what to do.
 * @param said what came on stderr
 * @param code of ssh: 255 for its own failures, otherwise that of the command; null where a signal ended it
 */
export function whyEnded(said: string, code: number | null): string {
  const [last = ''] = said
    .trim()
    .split(/[\r\n]+/)
    .slice(-1)
    .map(clean);
  if (code === 127 || /command not found/i.test(said)) return `${notFound}.`;
  const remedy = remedies.find(([pattern]) => pattern.test(said))?.[1];
  const words = last.replace(/^ssh: /, '').replace(/[.:\s]+$/, '');
  const shown = words.length > longestReason ? `${words.slice(0, longestReason)}…` : words;
  const ending = code === null ? 'ssh was ended by a signal' : `the connection ended (code ${code})`;
  return `${[shown === '' ? ending : shown, remedy].filter((part) => part !== undefined).join(': ')}.`;
}
