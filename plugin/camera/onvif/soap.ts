/** SOAP 1.2 as ONVIF uses it (ONVIF Core Specification, section 5): envelopes, WS-Security, faults. */
import { createHash } from 'node:crypto';
import { escapeXml, findElement, findText, parseXml, type XmlElement } from '../../system/xml.ts';
import { OnvifError } from './onvif-error.ts';

export const NS = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  media2: 'http://www.onvif.org/ver20/media/wsdl',
  events: 'http://www.onvif.org/ver10/events/wsdl',
  schema: 'http://www.onvif.org/ver10/schema',
  notification: 'http://docs.oasis-open.org/wsn/b-2',
  addressing: 'http://www.w3.org/2005/08/addressing',
} as const;

const ENVELOPE = 'http://www.w3.org/2003/05/soap-envelope';
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const PASSWORD_DIGEST =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const BASE64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

export function envelope(body: string, header = ''): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${ENVELOPE}">` +
    `<s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

export interface TokenInput {
  username: string;
  password: string;
  /** 16 bytes that were never used before. */
  nonce: Buffer;
  /** Epoch ms by the clock of the camera: it refuses what seems old (ONVIF Core Specification, section 5.9.2). */
  createdAt: number;
}

/** The header of a WS-Security UsernameToken with a password digest. */
export function usernameToken({ username, password, nonce, createdAt }: TokenInput): string {
  const created = new Date(createdAt).toISOString();
  const digest = passwordDigest(nonce, created, password);
  return (
    `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"><wsse:UsernameToken>` +
    `<wsse:Username>${escapeXml(username)}</wsse:Username>` +
    `<wsse:Password Type="${PASSWORD_DIGEST}">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${BASE64}">${nonce.toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`
  );
}

/** Base64(SHA-1(nonce + created + password)), of WS-UsernameToken Profile 1.0. */
export function passwordDigest(nonce: Buffer, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password, 'utf8').digest('base64');
}

/**
 * What stands in the body of a reply. Throws an `OnvifError` for a fault (`refused`, `unsupported`, `fault`), for a status that
 * says no, and for what is no SOAP (`not-onvif`).
 */
export function readReply(status: number, text: string): XmlElement {
  const body = findElement(parseXml(text), 'Body');
  const fault = findElement(body, 'Fault');
  if (fault) throw faultError(fault);
  if (status === 401 || status === 403) throw new OnvifError('refused', `HTTP status ${status}.`);
  if (status === 404 || status === 405 || status === 501)
    throw new OnvifError('unsupported', `HTTP status ${status}.`);
  const answer = body?.children[0];
  if (!answer || status >= 300)
    throw new OnvifError('not-onvif', `HTTP status ${status}, without a SOAP reply.`);
  return answer;
}

/** Fault codes of ONVIF Core Specification, section 5.8.2.4, and of SOAP 1.1, which some cameras still speak. */
function faultError(fault: XmlElement): OnvifError {
  const codes = [findText(fault, 'Code', 'Value'), findText(fault, 'faultcode')];
  for (
    let code = findElement(fault, 'Code', 'Subcode');
    code && codes.length < 8;
    code = findElement(code, 'Subcode')
  )
    codes.push(findText(code, 'Value'));
  // Into the log it goes in one line.
  const said = (findText(fault, 'Reason', 'Text') ?? findText(fault, 'faultstring') ?? '').replace(
    /[\s\p{Cc}]+/gu,
    ' ',
  );
  const names = codes
    .filter((code) => code !== undefined)
    .map((code) => code.replace(/^.*:/, ''))
    .join(' ');
  const all = `${names} ${said}`;
  const message = `The camera answered: ${(said.trim().slice(0, 200) || names || 'a fault').replace(/\.$/, '')}.`;
  if (/not.?authorized|failed.?(authentication|check)|unauthorized|invalid.?security/i.test(all))
    return new OnvifError('refused', message);
  if (/actionnotsupported|notsupported|not.?implemented|unknownaction|not supported/i.test(all))
    return new OnvifError('unsupported', message);
  return new OnvifError('fault', message);
}
