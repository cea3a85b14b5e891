/**
 * Heads: one signed line of text says how long the log is and what its last line is, and with that all before it. They have the form of a
 * C2SP checkpoint (https://c2sp.org/tlog-checkpoint) in a signed note (https://c2sp.org/signed-note), with the time as its extension:
 *
 *     doorstep-log/6f…                      which log
 *     42                                    entries
 *     pVdO…=                                hash of the last one's line, base64
 *     at 2026-11-22T17:30:00.000Z
 *
 *     — doorstep-log/6f… 3q2+7w…=           Ed25519, over the text above the blank line
 */
import { createHash } from 'node:crypto';
import { rawPublicKey, type Signer, signedBy } from '../keys.ts';

export interface Head {
  /** Which log: see {@link originOf}. */
  origin: string;
  /** How many entries it has; at least one. */
  size: number;
  /** Of the last line; hex. */
  hash: string;
  /** When it was signed; epoch ms. */
  at: number;
}

export interface SignedHead extends Head {
  /** The whole note, as it is kept and given away; ends with a line break. */
  note: string;
}

/** @param log id in the first entry */
export const originOf = (log: string): string => `doorstep-log/${log}`;

export function signHead(head: Head, signer: Signer): SignedHead {
  const text = headText(head);
  const signature = signer.sign(Buffer.from(text));
  const both = Buffer.concat([keyHint(head.origin, signer.publicKeySsh), signature]);
  return { ...head, note: `${text}\n— ${head.origin} ${both.toString('base64')}\n` };
}

/** Whether that key signed it, and each of its bytes. */
export function isSignedBy(head: SignedHead, publicKeySsh: string): boolean {
  const [text, signatureLine = ''] = head.note.split('\n\n— ');
  const both = Buffer.from(signatureLine.slice(head.origin.length + 1), 'base64');
  if (head.note !== `${text}\n\n— ${head.origin} ${both.toString('base64')}\n`) return false;
  if (`${text}\n` !== headText(head) || !rawPublicKey(publicKeySsh)) return false;
  if (!both.subarray(0, HINT_BYTES).equals(keyHint(head.origin, publicKeySsh))) return false;
  return signedBy(publicKeySsh, Buffer.from(headText(head)), both.subarray(HINT_BYTES));
}

const NOTE =
  /(doorstep-log\/[0-9a-f]{32})[\n ]([1-9]\d{0,14})[\n ]([A-Za-z0-9+/]{43}=)[\n ]at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)(?:\n\n| )(— \S+ [A-Za-z0-9+/]+=*)/g;

/**
 * Every head in a text, such as the file of heads, a mail or a statement, as a note or on one line, and what of the text is none. Signatures
 * are not looked at.
 */
export function parseHeads(text: string): { heads: SignedHead[]; rest: string } {
  const unix = text.replaceAll('\r\n', '\n');
  const heads = Array.from(
    unix.matchAll(NOTE),
    ([, origin = '', size = '', hash = '', at = '', signature]): SignedHead => ({
      ...{ origin, size: Number(size), at: Date.parse(at) },
      hash: Buffer.from(hash, 'base64').toString('hex'),
      note: `${origin}\n${size}\n${hash}\nat ${at}\n\n${signature}\n`,
    }),
  );
  return { heads, rest: unix.replaceAll(NOTE, '').trim() };
}

/** The whole head on one line, for paper and for files of lines. */
export const headLine = ({ note }: SignedHead): string => note.trimEnd().replace(/\n+/g, ' ');

/** As a file of heads. */
export const headsText = (heads: readonly SignedHead[]): string => heads.map(({ note }) => note).join('\n');

function headText({ origin, size, hash, at }: Head): string {
  const time = Number.isNaN(at) ? '' : new Date(at).toISOString();
  return `${origin}\n${size}\n${Buffer.from(hash, 'hex').toString('base64')}\nat ${time}\n`;
}

const HINT_BYTES = 4;
const ED25519 = 1;

/** By which a reader of signed notes knows the key: the first bytes of a hash over its name, its kind and itself. */
function keyHint(name: string, publicKeySsh: string): Buffer {
  const raw = rawPublicKey(publicKeySsh) ?? Buffer.alloc(0);
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(ED25519))
    .update(raw)
    .digest()
    .subarray(0, HINT_BYTES);
}
