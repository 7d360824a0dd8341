import { once } from 'node:events';
import type { Server } from 'node:net';
import { messageOf, systemErrorCode, WarpwatchError } from '../../model/errors.ts';
import { addressText, type ListenAddress } from './listen-address.ts';

/** What keeps a server from its address, by the system's code. */
const obstacles: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program; choose another with --listen',
  EACCES: 'may be listened at by root only; choose a port from 1024 on with --listen',
  EADDRNOTAVAIL: 'is no address of this machine; choose another with --listen',
  ENOTFOUND: 'is no address that is known here; choose another with --listen',
  EAI_AGAIN: 'is no address that can be looked up now; give it in numbers with --listen',
  EAFNOSUPPORT: 'is of a kind that this machine does not have; choose another with --listen',
};

/**
 * Listens.
 * @returns the address in numbers, with the port that the system picked for 0
 * @throws WarpwatchError `cannot-listen`
 */
export async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  try {
    server.listen({ port: address.port, ...(address.host === '' ? {} : { host: address.host }) });
    await once(server, 'listening');
  } catch (error) {
    const why = obstacles[systemErrorCode(error) ?? ''] ?? `cannot be listened at: ${messageOf(error)}`;
    throw new WarpwatchError('cannot-listen', `${addressText(address)} ${why}.`, { cause: error });
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a server without an address');
  return { host: bound.address, port: bound.port };
}
