import { isIP, SocketAddress } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { LoadedTls } from './load.ts';

/** Why a client's certificate is not accepted; null where it is, or where none is needed. */
export function certificateTrouble(socket: TLSSocket, { clientAuth, allowedSans }: LoadedTls): string | null {
  if (!clientAuth.requested) return null;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return clientAuth.required ? 'it shows none' : null;
  if (clientAuth.verified && !socket.authorized) return String(socket.authorizationError);
  if (allowedSans === null) return null;
  const allowed = new Set(allowedSans.map(canonical));
  const names = alternativeNames(certificate.subjectAltName ?? '');
  return names.some((name) => allowed.has(canonical(name))) ? null : 'none of its names is allowed';
}

/** The names in Node's text of them, such as `DNS:a.example, IP Address:10.0.0.1`; those with odd characters are quoted. */
export function alternativeNames(text: string): readonly string[] {
  const entries = text.matchAll(/(?:DNS|IP Address|URI|email):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy);
  return [...entries].map(([, name = '']) => (name.startsWith('"') ? String(JSON.parse(name)) : name));
}

/** OpenSSL writes IPv6 addresses in full. */
function canonical(name: string): string {
  return isIP(name) === 6 ? new SocketAddress({ address: name, family: 'ipv6' }).address : name;
}
