// What the server says, letter by letter.

import { quote, writeJson } from './json-write.ts';
import type { JsonValue } from './json-value.ts';
import { pythonText } from './python-text.ts';

/** A line that shows a text. */
export function systemLine(text: string): string {
  return `{"type":"system","msg":${quote(text)}}\n`;
}

export function activeListLine(quotedNames: readonly string[]): string {
  return `{"type":"active_list","users":[${quotedNames.join(',')}]}\n`;
}

/** `msg` as JSON, here and below. */
export function broadcastLine(quotedFrom: string, msg: string): string {
  return `{"type":"broadcast","from":${quotedFrom},"msg":${msg}}\n`;
}

export function pmLine(quotedFrom: string, msg: string): string {
  return `{"type":"pm","from":${quotedFrom},"msg":${msg}}\n`;
}

export function roomMessageLine(quotedFrom: string, room: JsonValue, msg: string): string {
  return `{"type":"room_msg","from":${quotedFrom},"room":${writeJson(room)},"msg":${msg}}\n`;
}

export const SAY = {
  welcome: (name: string, udpPort: number) => `Welcome ${name}! UDP Port: ${udpPort}`,
  joined: (name: string) => `${name} joined the chat.`,
  left: (name: string) => `${name} left the chat.`,
  notFound: (to: JsonValue | undefined) => `User ${pythonText(to)} not found or offline.`,
  offline: (to: JsonValue | undefined) => `User ${pythonText(to)} is offline.`,
  roomCreated: (room: JsonValue | undefined) => `Room '${pythonText(room)}' created.`,
  roomJoined: (room: JsonValue | undefined) => `You joined room '${pythonText(room)}'.`,
  roomLeft: (room: JsonValue | undefined) => `You left room '${pythonText(room)}'.`,
  udpRegistered: 'UDP address registered.',
  udpMissing: "Missing 'udp_port' or not registered.",
  noFileTarget: "File transfer missing 'to' or 'room' field.",
  unknownType: (type: JsonValue | undefined) => `Unknown message type: ${pythonText(type)}`,
  // These the original never says.
  full: 'The server is full.',
  tooManyRooms: 'You are in too many rooms.',
  nobodyInRoom: (room: JsonValue | undefined) => `Nobody else is in room '${pythonText(room)}'.`,
} as const;
