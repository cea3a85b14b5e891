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

/** Where a camera is, as its owner configured it. */
export interface Reach {
  host: string;
  port: number;
  /** It is reached by the ports that it announces: no router stands between that changes them. */
  ownPorts?: boolean;
}

/**
 * Where a service is called that the camera announced as `xaddr`: always at the configured host. The port is the announced one where
 * the camera is reached by its own ports or knows the address that we use, else, or where it names none, the configured one. (Tapo
 * has its subscriptions at another port.) Undefined where `xaddr` is no HTTP address.
 */
export function serviceEndpoint(xaddr: string, configured: Reach): Endpoint | undefined {
  const parts = /^https?:\/\/(\[[^\]]*\]|[^:/?#\s]*)(?::(\d{1,5}))?([/?][^\s#]*)?/i.exec(xaddr.trim());
  if (!parts) return undefined;
  const [, announced = '', port, path = '/'] = parts;
  const host = withoutBrackets(configured.host);
  const knowsItself = configured.ownPorts ?? withoutBrackets(announced).toLowerCase() === host.toLowerCase();
  return {
    host,
    port: knowsItself && port !== undefined ? Number(port) : configured.port,
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

/** Whether the address that a camera announces for the service that was just called names the port that it was called at. */
export function announcesPort(xaddr: string | undefined, port: number): boolean | undefined {
  if (xaddr === undefined || !URL.canParse(xaddr)) return undefined;
  const { protocol, port: announced } = new URL(xaddr);
  return (Number(announced) || (protocol === 'https:' ? 443 : 80)) === port;
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
