// What the headless interface says, as tests read it.

export interface StatusResult {
  readonly version: string;
  readonly peerId: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly udpPort: number;
  readonly filePort: number;
  readonly dataDir: string;
  readonly networkKey: boolean;
}

export interface PeerRow {
  readonly peerId: string;
  readonly name: string;
  readonly online: boolean;
  readonly status?: string;
  readonly via: 'p2p' | 'legacy';
  readonly rooms: readonly string[];
  readonly trust: 'new' | 'pinned' | 'verified' | 'changed';
  readonly blocked?: boolean;
  readonly rttMs?: number;
}

export interface RoomRow {
  readonly room: string;
  readonly joined: boolean;
  readonly closed: boolean;
  readonly members: readonly { readonly peerId: string; readonly name: string; readonly online: boolean }[];
}

export interface MessageRow {
  readonly id: string;
  readonly from: { readonly peerId: string; readonly name: string; readonly via: string };
  readonly to?: string;
  readonly toPeerId?: string;
  readonly room?: string;
  readonly text: string;
  readonly at: number;
  readonly kind: 'text' | 'file' | 'voice' | 'system';
  readonly event?: 'join' | 'leave';
  readonly replyTo?: string;
  readonly mentions?: readonly string[];
  readonly edited?: boolean;
  readonly deleted?: boolean;
  readonly missing?: boolean;
  readonly reactions?: readonly {
    readonly emoji: string;
    readonly by: readonly { readonly peerId: string; readonly name: string }[];
  }[];
  readonly state?: 'waiting' | 'delivered';
}

export interface SinceResult {
  readonly messages: readonly MessageRow[];
  readonly cursor: string;
  readonly more: boolean;
}

interface Place {
  with?: string;
  room?: string;
}

export interface RoomEvent {
  readonly room: string;
  readonly peer: string;
  readonly peerId: string;
}

export interface TransferRow {
  readonly transferId: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly peerId?: string;
  readonly room?: string;
  readonly kind: 'file' | 'folder' | 'voice';
  readonly name: string;
  readonly size: number;
  readonly bytes: number;
  readonly state: string;
  readonly reason?: string;
  readonly reasonText?: string;
  readonly path?: string;
  readonly sha256?: string;
  readonly via?: 'tls' | 'link';
}

export interface ReceivedFile {
  readonly transferId: string;
  readonly from: string;
  readonly fromPeerId: string;
  readonly room?: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'voice';
}

interface Target {
  to?: string;
  room?: string;
}

export interface NotificationParams {
  readonly ready: StatusResult;
  readonly 'peer.online': PeerRow;
  readonly 'peer.offline': PeerRow;
  readonly 'peer.changed': PeerRow;
  readonly message: MessageRow;
  readonly 'message.changed': MessageRow;
  readonly 'message.delivered': {
    readonly id: string;
    readonly to: string;
    readonly peerId: string;
    readonly via: string;
  };
  readonly 'room.created': RoomEvent;
  readonly 'room.joined': RoomEvent;
  readonly 'room.left': RoomEvent;
  readonly 'file.offered': {
    readonly transferId: string;
    readonly from: string;
    readonly name: string;
    readonly size: number;
  };
  readonly 'file.progress': {
    readonly transferId: string;
    readonly bytes: number;
    readonly size: number;
    readonly bytesPerSecond: number;
  };
  readonly 'file.changed': TransferRow;
  readonly 'file.received': ReceivedFile;
  readonly 'file.sent': {
    readonly transferId: string;
    readonly to: string;
    readonly toPeerId: string;
    readonly sha256: string;
  };
  readonly 'file.failed': { readonly transferId: string; readonly reason: string; readonly text?: string };
  readonly 'call.incoming': {
    readonly callId: string;
    readonly from: string;
    readonly fromPeerId: string;
    readonly room?: string;
    readonly mode: string;
  };
  readonly 'call.accepted': CallAnswer;
  readonly 'call.rejected': CallAnswer & { readonly reason: string };
  readonly 'call.connected': CallAnswer;
  readonly 'call.ended': { readonly callId: string; readonly reason: string };
  readonly 'call.changed': { readonly callId: string; readonly state: string };
  readonly warning: { readonly code: string; readonly text: string };
}

interface CallAnswer {
  readonly callId: string;
  readonly peer: string;
  readonly peerId: string;
}

export interface SoundNumbers {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly packetsRecovered: number;
  readonly packetsConcealed: number;
  readonly jitterMs: number;
  readonly rttMs: number;
  readonly bufferMs: number;
  readonly bitrate: number;
}

export interface PictureNumbers extends SoundNumbers {
  readonly framesSent: number;
  readonly framesReceived: number;
  readonly framesPerSecond: number;
  readonly width: number;
  readonly height: number;
}

export interface CallNumbers {
  readonly state: string;
  readonly mode: string;
  readonly seconds: number;
  readonly peers: readonly {
    readonly peerId: string;
    readonly name: string;
    readonly path?: 'udp' | 'link';
    readonly encrypted: boolean;
    readonly audio: SoundNumbers;
    readonly video: PictureNumbers;
  }[];
}

export interface MethodTypes {
  readonly status: { params: undefined; result: StatusResult };
  readonly 'profile.set': { params: { name?: string; status?: string }; result: object };
  readonly 'peers.list': { params: undefined; result: readonly PeerRow[] };
  readonly 'peers.verify': { params: { peer: string }; result: { readonly words: readonly string[] } };
  readonly 'peers.trust': { params: { peer: string }; result: object };
  readonly 'peers.block': { params: { peer: string }; result: object };
  readonly 'peers.unblock': { params: { peer: string }; result: object };
  readonly 'chat.send': {
    params: { text: string; to?: string; room?: string; replyTo?: string };
    result: { readonly id: string; readonly at: number };
  };
  readonly 'chat.history': {
    params: Place & { before?: string; after?: string; limit?: number; system?: boolean };
    result: readonly MessageRow[];
  };
  readonly 'chat.since': { params: { cursor?: string; limit?: number; system?: boolean }; result: SinceResult };
  readonly 'chat.search': { params: Place & { query: string; limit?: number }; result: readonly MessageRow[] };
  readonly 'chat.message': { params: { id: string }; result: MessageRow };
  readonly 'chat.edit': { params: { id: string; text: string }; result: object };
  readonly 'chat.delete': { params: { id: string }; result: object };
  readonly 'chat.react': { params: { id: string; emoji: string }; result: object };
  readonly 'chat.export': {
    params: Place & { format: 'json' | 'text'; path: string };
    result: { readonly path: string; readonly messages: number };
  };
  readonly 'rooms.list': { params: undefined; result: readonly RoomRow[] };
  readonly 'rooms.create': { params: { room: string; password?: string }; result: object };
  readonly 'rooms.join': { params: { room: string; password?: string }; result: object };
  readonly 'rooms.rekey': {
    params: { room: string; password?: string; without?: readonly string[] };
    result: { readonly password: string };
  };
  readonly 'rooms.leave': { params: { room: string }; result: object };
  readonly 'files.send': {
    params: Target & { path: string };
    result: {
      readonly transferId: string;
      readonly skipped?: readonly { readonly path: string; readonly reason: string }[];
      readonly skippedCount?: number;
    };
  };
  readonly 'files.accept': { params: { transferId: string }; result: object };
  readonly 'files.resume': { params: { transferId: string }; result: object };
  readonly 'files.list': { params: undefined; result: readonly TransferRow[] };
  readonly 'voice.send': { params: Target & { seconds: number }; result: { readonly transferId: string } };
  readonly 'voice.play': { params: { transferId: string }; result: object };
  readonly 'calls.start': { params: Target & { mode: 'audio' | 'video' }; result: { readonly callId: string } };
  readonly 'calls.accept': { params: { callId: string }; result: object };
  readonly 'calls.reject': { params: { callId: string }; result: object };
  readonly 'calls.end': { params: { callId: string }; result: object };
  readonly 'calls.mute': { params: { callId: string; audio?: boolean; video?: boolean }; result: object };
  readonly 'calls.share': { params: { callId: string; source: string | null }; result: object };
  readonly 'calls.stats': { params: { callId: string }; result: CallNumbers };
  readonly shutdown: { params: undefined; result: object };
}

export type NotificationName = keyof NotificationParams;
export type MethodName = keyof MethodTypes;
