// The one error family of the program: a stable code for programs, a sentence for people, the cause for developers.

/** Stable codes. Adding one is fine, changing the meaning of one is not: scripts compare them. */
export type ErrorCode =
  | 'bad-option'
  | 'bad-name'
  | 'bad-text'
  | 'unknown-peer'
  | 'offline'
  | 'blocked'
  | 'no-such-room'
  | 'wrong-password'
  | 'no-such-message'
  | 'not-yours'
  | 'no-such-file'
  | 'no-such-transfer'
  | 'no-such-call'
  | 'call-full'
  | 'unreadable'
  | 'changed'
  | 'corrupt'
  | 'bad-manifest'
  | 'bulk'
  | 'busy'
  | 'device-unavailable'
  | 'file-exists'
  | 'disk-full'
  | 'history'
  | 'no-database'
  | 'not-in-room'
  | 'too-large'
  | 'too-many'
  | 'port-in-use'
  | 'data-dir'
  | 'data-dir-in-use'
  | 'corrupt-identity'
  | 'identity-in-use'
  | 'already-running'
  | 'not-running'
  | 'bad-network-key'
  | 'bad-frame'
  | 'bad-audio'
  | 'wrong-version'
  | 'unreachable'
  | 'missing-tools'
  | 'setup-failed'
  | 'stopped'
  | 'internal';

/**
 * What every room of the program throws when somebody should hear of it.
 * `message` is a whole sentence that may be shown to people as it is.
 */
export class MmchatError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'MmchatError';
    this.code = code;
  }
}

/** Thrown by `wire/` and by nothing else: these bytes are not what they claim to be. */
export class WireError extends MmchatError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('bad-frame', message, options);
    this.name = 'WireError';
  }
}

/** The sentence to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
