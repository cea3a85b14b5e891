/** Where to call: cameras name themselves by addresses that are often wrong (NAT, 0.0.0.0, an address of years ago). */

export interface Endpoint {
  /** IPv6 without brackets. */
  host: string;
  port: number;
  path: string;
}

export interface Credentials {
  username: string;
  password: string;
}

/**
 * Where a service is called that the camera announced as `xaddr`: always at the configured host. The port is the announced one
 * where the camera knows its own address; behind a NAT it is the configured one. Undefined where `xaddr` is no HTTP address.
 */
export function serviceEndpoint(
  xaddr: string,
  configured: { host: string; port: number },
): Endpoint | undefined {
  const parts = /^https?:\/\/(\[[^\]]*\]|[^:/?#\s]*)(?::(\d{1,5}))?([/?][^\s#]*)?/i.exec(xaddr.trim());
  if (!parts) return undefined;
  const [, announced = '', port, path = '/'] = parts;
  const host = withoutBrackets(configured.host);
  const knowsItself = withoutBrackets(announced).toLowerCase() === host.toLowerCase();
  return {
    host,
    port: knowsItself && port !== undefined ? Number(port) : configured.port,
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

/**
 * The RTSP address that a camera gave, with user and password, and with the configured host. The port stays. Undefined where it
 * is no RTSP address.
 */
export function streamAddress(
  uri: string,
  { host, username, password }: { host: string } & Credentials,
): string | undefined {
  const parts = /^(rtsps?):\/\/(?:[^@/?#\s]*@)?(?:\[[^\]]*\]|[^:/?#\s]*)(:\d{1,5})?([/?][^\s]*)?$/i.exec(
    uri.trim(),
  );
  if (!parts) return undefined;
  const [, scheme = '', port = '', rest = ''] = parts;
  const user = username === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  const bare = withoutBrackets(host);
  return `${scheme.toLowerCase()}://${user}${bare.includes(':') ? `[${bare}]` : bare}${port}${rest}`;
}

export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
