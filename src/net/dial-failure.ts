// Why a dial failed, in words for people.

import { messageOf } from '../base/errors.ts';

/** The end of a sentence that began with the address. */
export function dialFailureReason(error: unknown): string {
  const text = messageOf(error);
  if (/ECONNREFUSED/.test(text)) return 'nobody listens there';
  if (/EHOSTUNREACH|ENETUNREACH/.test(text)) return 'there is no way to that address';
  if (/ETIMEDOUT|timed? ?out|abort/i.test(text)) return 'no answer';
  if (/noise|encrypt|decrypt|handshake|ECONNRESET|closed|reset|Unexpected EOF/i.test(text))
    return 'it refused the handshake; perhaps it is another program, or a network with another key';
  return text;
}
