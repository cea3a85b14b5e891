/** The `Transport` header (RFC 2326, section 12.39): how a client wants its packets, and what it gets. */

export type Transport =
  | { kind: 'tcp'; rtpChannel: number; rtcpChannel: number }
  | { kind: 'udp'; rtpPort: number; rtcpPort: number };

/**
 * The first transport of the header that this server can do; undefined when there is none.
 *
 * @param only the one that it can do; default both
 */
export function parseTransport(header: string, only?: Transport['kind']): Transport | undefined {
  for (const choice of header.split(',')) {
    const [profile = '', ...parameters] = choice.trim().split(';');
    if (parameters.includes('multicast')) continue;
    const pair = (name: string) => parsePair(parameters, name);
    if (only !== 'udp' && /^RTP\/AVP\/TCP$/i.test(profile)) {
      const channels = pair('interleaved') ?? [0, 1];
      if (channels.every((channel) => channel <= 255)) {
        return { kind: 'tcp', rtpChannel: channels[0], rtcpChannel: channels[1] };
      }
    }
    const ports = pair('client_port');
    const usable = ports?.every((port) => port > 0 && port <= 65535);
    if (ports && usable && only !== 'tcp' && /^RTP\/AVP(\/UDP)?$/i.test(profile)) {
      return { kind: 'udp', rtpPort: ports[0], rtcpPort: ports[1] };
    }
  }
  return undefined;
}

/** The header of the answer. `serverPort` is the local RTP port of UDP; RTCP is on the next. */
export function formatTransport(transport: Transport, serverPort: number): string {
  return transport.kind === 'tcp'
    ? `RTP/AVP/TCP;unicast;interleaved=${transport.rtpChannel}-${transport.rtcpChannel}`
    : `RTP/AVP;unicast;client_port=${transport.rtpPort}-${transport.rtcpPort};server_port=${serverPort}-${serverPort + 1}`;
}

function parsePair(parameters: readonly string[], name: string): [number, number] | undefined {
  for (const parameter of parameters) {
    const match = /^([a-z_]+)=(\d{1,5})(?:-(\d{1,5}))?$/i.exec(parameter.trim());
    if (match?.[1]?.toLowerCase() !== name) continue;
    const first = Number(match[2]);
    return [first, match[3] === undefined ? first + 1 : Number(match[3])];
  }
  return undefined;
}
