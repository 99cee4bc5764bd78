// What an entry says, whatever its kind: decoded, and with its text cleaned for screens.

import { toHex } from '../base/bytes.ts';
import { cleanText } from '../base/clean-text.ts';
import { peerIdOfKey } from '../base/peer-id.ts';
import { cleanForeignName } from '../state/names.ts';
import type { FileFacts, PeerId } from '../state/values.ts';
import { safeFileName } from '../state/file-names.ts';
import {
  decodeDeleteBody,
  decodeEditBody,
  decodeMembershipBody,
  decodeReactionBody,
  decodeTextBody,
} from '../wire/entry-bodies.ts';
import { decodeFileBody, decodeFileRootBody, type FileBody, type FileRootBody } from '../wire/file-bodies.ts';
import { ENTRY_KIND, type EntryKind } from '../wire/log-entry.ts';

export interface EntryContent {
  /** Clean; empty for what isn't text. */
  readonly text: string;
  /** What its author was called then. */
  readonly authorName?: string;
  /** The guest of its author's who says it; its name is not made safe yet. */
  readonly guest?: string;
  readonly replyTo?: string;
  readonly mentions?: readonly PeerId[];
  /** The entry that it changes. */
  readonly target?: string;
  readonly emoji?: string;
  readonly removed?: boolean;
  /** Its name is not made safe yet: see fileFactsOf(). */
  readonly file?: FileBody;
  readonly root?: FileRootBody;
}

/** Kinds that are shown by themselves. */
const SHOWN: ReadonlySet<string> = new Set<EntryKind>(['text', 'file', 'join', 'leave']);

export function isShown(kind: string): kind is 'text' | 'file' | 'join' | 'leave' {
  return SHOWN.has(kind);
}

export function kindName(number: number): EntryKind | 'unknown' {
  for (const [name, value] of Object.entries(ENTRY_KIND)) if (value === number) return name as EntryKind;
  return 'unknown';
}

/** @throws WireError */
export function contentOf(kind: EntryKind | 'unknown', body: Uint8Array): EntryContent {
  switch (kind) {
    case 'text': {
      const { text, replyTo, name, mentions, guest } = decodeTextBody(body);
      return {
        text: cleanText(text),
        ...named(name),
        ...(guest === undefined ? {} : { guest }),
        ...(replyTo === undefined ? {} : { replyTo: toHex(replyTo) }),
        ...mentioning(mentions),
      };
    }
    case 'join':
    case 'leave':
      return { text: '', ...named(decodeMembershipBody(body).name) };
    case 'edit': {
      const { text, target, mentions } = decodeEditBody(body);
      return { text: cleanText(text), target: toHex(target), ...mentioning(mentions) };
    }
    case 'delete':
      return { text: '', target: toHex(decodeDeleteBody(body).target) };
    case 'reaction': {
      const { target, emoji, removed } = decodeReactionBody(body);
      return { text: '', target: toHex(target), emoji: cleanText(emoji).replace(/\s+/g, ' ').trim(), removed };
    }
    case 'file': {
      const file = decodeFileBody(body);
      return { text: '', file, ...named(file.authorName) };
    }
    case 'file-root': {
      const root = decodeFileRootBody(body);
      return { text: '', target: toHex(root.target), root };
    }
    case 'room-key':
    case 'unknown':
      return { text: '' };
  }
}

function named(name: string | undefined): { authorName?: string } {
  return name === undefined ? {} : { authorName: cleanForeignName(name) };
}

function mentioning(keys: readonly Uint8Array[] | undefined): { mentions?: readonly PeerId[] } {
  return keys === undefined ? {} : { mentions: keys.map(peerIdOfKey) };
}

/** What is shown of a file. */
export function fileFactsOf(file: FileBody, root?: FileRootBody): FileFacts {
  const { kind, name, size, fileCount, modifiedAt, durationMs, waveform } = file;
  const hash = kind === 'folder' ? file.manifestHash : root?.hash;
  return {
    kind,
    name: safeFileName(name),
    size,
    fileCount,
    modifiedAt,
    ...(root === undefined || hash === undefined ? {} : { sha256: toHex(hash) }),
    ...(kind === 'voice' ? { durationMs, waveform: [...waveform] } : {}),
  };
}
