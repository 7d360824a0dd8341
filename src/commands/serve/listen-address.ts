import { isIP } from 'node:net';

/** Where the server listens. */
export interface ListenAddress {
  /** An IP address or a name; '' for every address of this machine. */
  readonly host: string;
  /** 0 lets the system pick one. */
  readonly port: number;
}

const largestPort = 65_535;

/** Reads `127.0.0.1:9847`, `localhost:9847`, `[::1]:9847` or `:9847`; null where it is none of these. */
export function parseListenAddress(text: string): ListenAddress | null {
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!(port <= largestPort)) return null;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : null;
  return { host: plain, port };
}

/** The address as it stands in a URL: `127.0.0.1:9847`, `[::1]:9847`. */
export function addressText({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether only programs of this machine reach this IP address. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

/** The host of a `Host` header without its port, as browsers write it. */
export function hostName(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, '');
}
