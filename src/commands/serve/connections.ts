import type { Server, Socket } from 'node:net';
import type { ServerLimits } from './limits.ts';
import { isLoopback } from './listen-address.ts';
import type { TroubleLog } from './trouble-log.ts';

/** Keeps the connections of a server within their number, in all and of one address, and ends them. */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #ofAddress = new Map<string, number>();

  constructor(server: Server, limits: ServerLimits, log: TroubleLog) {
    server.maxConnections = limits.connections;
    server.on('drop', (dropped) => log.note('connections', dropped?.remoteAddress));
    server.prependListener('connection', (socket: Socket) => {
      const address = socket.remoteAddress ?? '';
      const count = (this.#ofAddress.get(address) ?? 0) + 1;
      this.#ofAddress.set(address, count);
      this.#open.add(socket);
      socket.once('close', () => this.#forget(socket, address));
      if (count <= limits.connectionsOfAddress || isLoopback(address)) return;
      log.note('connections', address);
      // TLS begins on it in this turn of the loop, and must find it whole.
      setImmediate(() => socket.destroy());
    });
  }

  /** Cuts those that are open. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #forget(socket: Socket, address: string): void {
    this.#open.delete(socket);
    const rest = (this.#ofAddress.get(address) ?? 1) - 1;
    if (rest === 0) this.#ofAddress.delete(address);
    else this.#ofAddress.set(address, rest);
  }
}
