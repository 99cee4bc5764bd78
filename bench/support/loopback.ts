// The one interface that the bench uses: nothing of it can be seen or disturbed from outside.

export const LOOPBACK = '127.0.0.1';
