// Who is on the list: guests, who have a connection here, and remote people, for whom a bridge speaks.

import type { Connection } from './connection.ts';
import { quote } from './json-write.ts';
import type { Piece } from './outbox.ts';

/** Where a guest takes media, and how sure that is. */
export interface MediaPlace {
  /** Said by stream_init or seen as the source of a packet. */
  port: number | undefined;
  /** A packet came from there. */
  seen: boolean;
  /** What the guest's call messages say. Behind NAT it is another one: good to tell namesakes apart, not to send to. */
  hint: number | undefined;
}

export class Guest {
  readonly kind = 'guest';
  readonly name: string;
  /** What it goes on calling itself. */
  readonly asked: string;
  /** False: its name was a number in JSON, and is one again when somebody asks for it. */
  readonly askedAsText: boolean;
  readonly quotedName: string;
  readonly connection: Connection;
  /** Keys of the rooms that it is in. */
  readonly rooms = new Set<string>();
  roomNamesLength = 0;
  readonly media: MediaPlace = { port: undefined, seen: false, hint: undefined };

  constructor(name: string, asked: string, askedAsText: boolean, connection: Connection) {
    this.name = name;
    this.asked = asked;
    this.askedAsText = askedAsText;
    this.quotedName = quote(name);
    this.connection = connection;
  }

  send(piece: Piece, urgent?: boolean): void {
    this.connection.outbox.push(piece, urgent);
  }

  /** An answer to what it said itself: when it does not read answers, it is not read either. */
  answer(line: string): void {
    this.connection.outbox.push({ data: line, sender: this.connection });
  }
}

export class RemotePerson {
  readonly kind = 'remote';
  readonly name: string;
  readonly quotedName: string;

  constructor(name: string) {
    this.name = name;
    this.quotedName = quote(name);
  }
}

export type Person = Guest | RemotePerson;
