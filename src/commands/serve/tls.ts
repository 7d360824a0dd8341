import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { messageOf } from '../../model/errors.ts';
import type { TroubleLog } from './trouble-log.ts';
import { certificateTrouble } from './web-config/client-certificate.ts';
import type { WebConfigFile } from './web-config/file.ts';
import type { LoadedTls } from './web-config/load.ts';

/** A server whose certificates are as its file says, and which cuts clients whose certificate is not accepted. */
export function encryptedServer(
  settings: ServerOptions,
  first: LoadedTls,
  webConfig: WebConfigFile,
  log: TroubleLog,
): Server {
  const server = createServer({ ...settings, ...first.context, ...first.asked });
  let used = first;
  server.prependListener('connection', () => {
    const { tls } = webConfig.current;
    if (tls === null || tls === used) return;
    used = tls;
    server.setSecureContext(tls.context);
  });
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const why = certificateTrouble(socket, used);
    if (why === null) return;
    log.note('certificate', socket.remoteAddress, why);
    socket.destroy();
  });
  server.on('tlsClientError', (error, socket: Socket) => {
    // OpenSSL's message has its reason between places in its source.
    log.note('handshake', socket.remoteAddress, 'reason' in error ? String(error.reason) : messageOf(error));
  });
  return server;
}
