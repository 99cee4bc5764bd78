// Whether two messages are the same to the eye: what comes again unchanged must not look like a change.

import type { Destination, Message, Reaction } from './values.ts';

export function sameMessage(left: Message, right: Message): boolean {
  return (
    left === right ||
    (left.id === right.id &&
      left.author === right.author &&
      left.own === right.own &&
      sameDestination(left.destination, right.destination) &&
      left.kind === right.kind &&
      left.text === right.text &&
      left.at === right.at &&
      left.order === right.order &&
      left.replyTo === right.replyTo &&
      left.edited === right.edited &&
      left.deleted === right.deleted &&
      left.missing === right.missing &&
      left.forked === right.forked &&
      left.file?.sha256 === right.file?.sha256 &&
      (left.file === undefined) === (right.file === undefined) &&
      sameList(left.mentions, right.mentions) &&
      sameList(left.reactions, right.reactions, sameReaction) &&
      sameList(left.recipients, right.recipients) &&
      sameList(left.deliveredTo, right.deliveredTo))
  );
}

function sameDestination(left: Destination, right: Destination): boolean {
  if (left.kind === 'person') return right.kind === 'person' && left.peerId === right.peerId;
  if (left.kind === 'room') return right.kind === 'room' && left.room === right.room;
  return right.kind === 'everyone';
}

function sameReaction(left: Reaction, right: Reaction): boolean {
  return left.emoji === right.emoji && sameList(left.by, right.by);
}

function sameList<Item>(
  left: readonly Item[] | undefined,
  right: readonly Item[] | undefined,
  same: (left: Item, right: Item) => boolean = Object.is,
): boolean {
  if (left === right) return true;
  if (left?.length !== right?.length || left === undefined || right === undefined) return false;
  return left.every((item, index) => {
    const other = right[index];
    return other !== undefined && same(item, other);
  });
}
