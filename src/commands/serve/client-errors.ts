import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { systemErrorCode } from '../../model/errors.ts';
import type { ServerLimits } from './limits.ts';
import type { TroubleKind, TroubleLog } from './trouble-log.ts';

interface Answer {
  readonly status: string;
  readonly kind: TroubleKind;
  readonly sentence: string;
}

const malformed: Answer = {
  status: '400 Bad Request',
  kind: 'no-http',
  sentence: 'This is no HTTP request that can be read.',
};
const longTarget: Answer = {
  status: '414 URI Too Long',
  kind: 'too-large',
  sentence: 'This address is too long.',
};
/** By the codes of Node's parser. */
const answers: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    kind: 'too-large',
    sentence: 'The headers of this request are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    kind: 'too-slow',
    sentence: 'The request did not come in time.',
  },
};
/** Others come from a connection that is broken, or from TLS: there is no one to answer. */
const fromParser = /^(?:HPE_|ERR_HTTP_)/;

/**
 * Answers what the parser refuses with a sentence, and ends the connection.
 * @param isAnswering whether an answer is on its way over a connection
 */
export function answerClientErrors(
  server: Server,
  limits: ServerLimits,
  log: TroubleLog,
  isAnswering: (socket: Socket) => boolean,
): void {
  server.on('clientError', (error: Error & { rawPacket?: Buffer }, socket: Socket) => {
    const code = systemErrorCode(error) ?? '';
    // What is wrong behind a request that is being answered must not stand in the middle of its answer.
    if (!fromParser.test(code) || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    // One that was answered is only read on.
    if (!socket.writable) return;
    const answer = isLongTarget(code, error.rawPacket) ? longTarget : (answers[code] ?? malformed);
    log.note(answer.kind, socket.remoteAddress);
    const body = `${answer.sentence}\n`;
    socket.end(
      `HTTP/1.1 ${answer.status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    // To cut at once would take the answer from a client that is still sending.
    const cut = setTimeout(() => socket.destroy(), limits.lingerMs);
    socket.once('close', () => clearTimeout(cut));
  });
}

/** Whether the first line alone was larger than all headers may be. */
function isLongTarget(code: string, packet: Buffer | undefined): boolean {
  return code === 'HPE_HEADER_OVERFLOW' && packet !== undefined && !packet.includes('\n');
}
