/** WS-Discovery 1.1 (April 2005 namespaces, as ONVIF Core Specification, section 7, wants them): the question, and its answers. */
import { findElement, findElements, findText, parseXml } from '../../system/xml.ts';

export interface ProbeMatch {
  /** Unique to the device, whatever its address. */
  endpoint: string;
  host: string;
  port: number;
  name?: string;
  model?: string;
}

const PROBE_ACTION = 'http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe';

/** A question for all devices of one type; `device` is what some doorbells are that are no video transmitters. */
export function probeMessage(type: 'transmitter' | 'device', messageId: string): string {
  const types = type === 'transmitter' ? 'dn:NetworkVideoTransmitter' : 'tds:Device';
  return (
    '<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
    `<e:Header><w:MessageID>uuid:${messageId}</w:MessageID>` +
    '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>' +
    `<w:Action e:mustUnderstand="true">${PROBE_ACTION}</w:Action></e:Header>` +
    `<e:Body><d:Probe><d:Types>${types}</d:Types></d:Probe></e:Body></e:Envelope>`
  );
}

const MAX_MATCHES = 8;
const MAX_TEXT = 100;

/**
 * The devices in an answer. `from` is where it came from: of the addresses that a device names, that one is known to be reached.
 * Empty for whatever is no answer.
 */
export function readProbeMatches(text: string, from: string): ProbeMatch[] {
  const matches = findElement(parseXml(text), 'Body', 'ProbeMatches');
  return findElements(matches, 'ProbeMatch')
    .slice(0, MAX_MATCHES)
    .flatMap((match): ProbeMatch[] => {
      const address = chooseAddress((findText(match, 'XAddrs') ?? '').split(/\s+/), from);
      if (!address) return [];
      const scopes = (findText(match, 'Scopes') ?? '').split(/\s+/);
      const name = scopeOf(scopes, 'name');
      const model = scopeOf(scopes, 'hardware');
      return [
        {
          endpoint: (
            findText(match, 'EndpointReference', 'Address') ?? `${address.host}:${address.port}`
          ).slice(0, 256),
          ...address,
          ...(name !== undefined && { name }),
          ...(model !== undefined && { model }),
        },
      ];
    });
}

function chooseAddress(
  addresses: readonly string[],
  from: string,
): { host: string; port: number } | undefined {
  const known = addresses.slice(0, 16).flatMap((address) => {
    if (!URL.canParse(address)) return [];
    const { protocol, hostname, port } = new URL(address);
    if (protocol !== 'http:' && protocol !== 'https:') return [];
    return [
      {
        host: hostname.replace(/^\[(.*)\]$/, '$1'),
        port: Number(port) || (protocol === 'https:' ? 443 : 80),
      },
    ];
  });
  const ipv4 = known.filter(({ host }) => !host.includes(':'));
  const best = known.find(({ host }) => host === from) ?? ipv4[0] ?? known[0];
  // Cameras that ask DHCP while they answer name 0.0.0.0, or the address that they have when there is none.
  return best && /^(0\.0\.0\.0|169\.254\.)/.test(best.host) ? { ...best, host: from } : best;
}

/** Scopes are URIs such as `onvif://www.onvif.org/name/Front%20door`. */
function scopeOf(scopes: readonly string[], kind: string): string | undefined {
  const prefix = `onvif://www.onvif.org/${kind}/`;
  const scope = scopes.find((one) => one.toLowerCase().startsWith(prefix));
  const text = scope?.slice(prefix.length).replaceAll('_', ' ');
  if (!text) return undefined;
  try {
    return decodeURIComponent(text).trim().slice(0, MAX_TEXT) || undefined;
  } catch {
    return text.slice(0, MAX_TEXT);
  }
}
