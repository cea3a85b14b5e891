/** Answers searches as a device does (WS-Discovery; ONVIF Core Specification, section 7). */
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { escapeXml, findElement, findText, parseXml } from '../../plugin/system/xml.ts';

export interface ResponderOptions {
  /** Address to listen on; a multicast one is joined. */
  address: string;
  /** 0: any free one. */
  port: number;
  /** Addresses of the device service. */
  xaddrs: readonly string[];
  name: string;
  model: string;
  /** How often each answer is sent. Default 1. */
  copies?: number;
}

export interface DiscoveryResponder extends AsyncDisposable {
  readonly port: number;
}

/** Starts to answer searches for video transmitters. */
export async function startDiscoveryResponder(options: ResponderOptions): Promise<DiscoveryResponder> {
  const { address, port, copies = 1 } = options;
  const multicast = /^2(2[4-9]|3\d)\./.test(address);
  const endpoint = `urn:uuid:${randomUUID()}`;
  const socket = createSocket({ type: 'udp4', reuseAddr: multicast });
  socket.on('message', (packet, { address: from, port: to }) => {
    const probe = parseXml(packet.toString('utf8'));
    const types = findText(probe, 'Body', 'Probe', 'Types');
    if (!findElement(probe, 'Body', 'Probe') || types?.includes('NetworkVideoTransmitter') === false) return;
    const answer = answerTo(findText(probe, 'Header', 'MessageID') ?? '', endpoint, options);
    for (let copy = 0; copy < copies; copy++) socket.send(answer, to, from);
  });
  socket.bind({ port, ...(multicast ? {} : { address }) });
  await once(socket, 'listening');
  if (multicast) socket.addMembership(address);
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

function answerTo(messageId: string, endpoint: string, { xaddrs, name, model }: ResponderOptions): string {
  const scopes = [
    'onvif://www.onvif.org/type/video_encoder',
    'onvif://www.onvif.org/Profile/Streaming',
    `onvif://www.onvif.org/name/${encodeURIComponent(name)}`,
    `onvif://www.onvif.org/hardware/${encodeURIComponent(model)}`,
  ];
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>' +
    `<a:MessageID>uuid:${randomUUID()}</a:MessageID><a:RelatesTo>${escapeXml(messageId)}</a:RelatesTo>` +
    '<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>' +
    '<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header>' +
    `<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference>` +
    `<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>${escapeXml(scopes.join(' '))}</d:Scopes>` +
    `<d:XAddrs>${escapeXml(xaddrs.join(' '))}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>` +
    '</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>'
  );
}
