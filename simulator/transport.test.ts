import { expect, it } from 'vitest';
import { formatTransport, parseTransport } from './transport.ts';

it.each([
  ['RTP/AVP/TCP;unicast;interleaved=2-3', { kind: 'tcp', rtpChannel: 2, rtcpChannel: 3 }],
  ['RTP/AVP/TCP;unicast', { kind: 'tcp', rtpChannel: 0, rtcpChannel: 1 }],
  ['RTP/AVP/TCP;unicast;interleaved=0-1;mode=record', { kind: 'tcp', rtpChannel: 0, rtcpChannel: 1 }],
  ['RTP/AVP;unicast;client_port=5000-5001', { kind: 'udp', rtpPort: 5000, rtcpPort: 5001 }],
  ['RTP/AVP/UDP;unicast;client_port=5000', { kind: 'udp', rtpPort: 5000, rtcpPort: 5001 }],
  ['RTP/SAVP;unicast, RTP/AVP;client_port=6-7', { kind: 'udp', rtpPort: 6, rtcpPort: 7 }],
  ['RTP/AVP;multicast;client_port=5000-5001', undefined],
  ['RTP/AVP;unicast', undefined],
  ['RTP/AVP;unicast;client_port=70000-70001', undefined],
  ['RTP/AVP/TCP;interleaved=300-301', undefined],
  ['', undefined],
] as const)('reads %s', (header, transport) => {
  expect(parseTransport(header)).toEqual(transport);
});

it('tells a viewer over UDP where the packets come from', () => {
  const header = formatTransport({ kind: 'udp', rtpPort: 5000, rtcpPort: 5001 }, 7000);
  expect(header).toBe('RTP/AVP;unicast;client_port=5000-5001;server_port=7000-7001');
});

it.each([
  ['tcp', { kind: 'tcp', rtpChannel: 0, rtcpChannel: 1 }],
  ['udp', { kind: 'udp', rtpPort: 6, rtcpPort: 7 }],
] as const)('passes over what a camera that knows %s alone cannot do', (only, transport) => {
  const udp = 'RTP/AVP;unicast;client_port=6-7';
  const tcp = 'RTP/AVP/TCP;unicast;interleaved=0-1';
  expect(parseTransport(`${udp},${tcp}`, only)).toEqual(transport);
  expect(parseTransport(only === 'udp' ? tcp : udp, only)).toBeUndefined();
});
