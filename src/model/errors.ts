/** Exit codes of the command line; signals end with 130 (SIGINT) and 143 (SIGTERM). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, noSource: 3 } as const;

export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'exists'
  | 'unreadable'
  | 'unwritable'
  | 'disk-full'
  | 'bad-manifest'
  | 'bad-stream'
  | 'newer-version'
  | 'bad-data'
  | 'no-backend'
  | 'no-device'
  | 'child-failed'
  | 'cannot-listen'
  | 'unsupported';

/**
 * An error for people: the message is one sentence that says what happened and what to do. Everything the
 * project throws on purpose is one of these; anything else that surfaces is a defect.
 */
export class WarpwatchError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WarpwatchError';
    this.code = code;
  }

  /** The exit code that the command line ends with. */
  get exitCode(): number {
    if (this.code === 'usage') return exitCodes.usage;
    if (this.code === 'no-device' || this.code === 'no-backend') return exitCodes.noSource;
    return exitCodes.failed;
  }
}

/** The `code` of a system error such as ENOENT, or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
