// What a client is told without having asked.

export interface RpcNotification {
  readonly method: string;
  readonly params: unknown;
}
