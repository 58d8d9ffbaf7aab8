import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimitOptions {
  readonly perAddressMax: number;
  /** Whether an address is a trusted proxy's: its connections belong to many clients, and are not counted. */
  readonly isProxy: (address: string) => boolean;
}

/** Closes connections beyond what one address may hold open: one client cannot take every socket. */
export function limitConnections(server: Server, { perAddressMax, isProxy }: ConnectionLimitOptions): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || isProxy(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > perAddressMax) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => release(open, address));
  });
}

function release(open: Map<string, number>, address: string): void {
  const left = (open.get(address) ?? 1) - 1;
  if (left > 0) open.set(address, left);
  else open.delete(address);
}
