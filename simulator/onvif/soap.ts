/** SOAP 1.2, the device's side (ONVIF Core Specification, section 5). */
import { createHash } from 'node:crypto';
import { escapeXml, findElement, findText, parseXml, type XmlElement } from '../../plugin/system/xml.ts';
import type { Credentials } from '../digest-auth.ts';

export const NAMESPACES = {
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tr2: 'http://www.onvif.org/ver20/media/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  tt: 'http://www.onvif.org/ver10/schema',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
  wsa: 'http://www.w3.org/2005/08/addressing',
  ter: 'http://www.onvif.org/ver10/error',
} as const;

/** A refusal in the words of the specification: fault subcode and reason. */
export class SoapFault extends Error {
  readonly status: number;
  readonly subcode: string;

  constructor(subcode: string, reason: string, status = 400) {
    super(reason);
    this.subcode = subcode;
    this.status = status;
  }
}

/** @param declarations further namespace declarations for the envelope */
export function soapEnvelope(body: string, declarations = ''): string {
  const known = Object.entries(NAMESPACES).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ${known.join(' ')} ${declarations}>` +
    `<s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** Section 5.8.2.3 and 5.8.2.4. */
export function faultXml({ subcode, message, status }: SoapFault): string {
  const code = status >= 500 ? 's:Receiver' : 's:Sender';
  return soapEnvelope(
    `<s:Fault><s:Code><s:Value>${code}</s:Value><s:Subcode><s:Value>${escapeXml(subcode)}</s:Value></s:Subcode></s:Code>` +
      `<s:Reason><s:Text xml:lang="en">${escapeXml(message)}</s:Text></s:Reason></s:Fault>`,
  );
}

export interface SoapRequest {
  header: XmlElement | undefined;
  /** First element of the body. */
  operation: XmlElement;
}

export function readRequest(text: string): SoapRequest {
  const envelope = parseXml(text);
  const operation = findElement(envelope, 'Body')?.children[0];
  if (!operation) throw new SoapFault('ter:WellFormed', 'The request is not a SOAP envelope.');
  return { header: findElement(envelope, 'Header'), operation };
}

/** How far the `Created` of a token may be off, in ms. */
const TOKEN_AGE_MS = 5_000;

export type TokenVerdict = 'good' | 'bad' | 'none';

/** WS-UsernameToken (section 5.9.2): digest, age by the device's clock, and a nonce that was never used before. */
export function checkToken(
  header: XmlElement | undefined,
  credentials: Credentials,
  now: number,
  usedNonces: Set<string>,
): TokenVerdict {
  const token = findElement(header, 'Security', 'UsernameToken');
  if (!token) return 'none';
  const nonce = findText(token, 'Nonce') ?? '';
  const created = findText(token, 'Created') ?? '';
  const digest = createHash('sha1')
    .update(Buffer.from(nonce, 'base64'))
    .update(created)
    .update(credentials.password, 'utf8')
    .digest('base64');
  const age = Math.abs(now - Date.parse(created));
  const good =
    findText(token, 'Username') === credentials.user &&
    findText(token, 'Password') === digest &&
    age <= TOKEN_AGE_MS &&
    !usedNonces.has(nonce);
  usedNonces.add(nonce);
  return good ? 'good' : 'bad';
}
