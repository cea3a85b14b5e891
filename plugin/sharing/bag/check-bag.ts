/** Whether an evidence bag is whole and unchanged, without trusting a word of it. */
import { realpath } from 'node:fs/promises';
import { reason } from '../../system/problem.ts';
import { excerptFault } from '../audit/excerpt.ts';
import { parseHeads } from '../audit/heads.ts';
import { keyIdOf } from '../keys.ts';
import { type FoundFile, hashOf, listBag, readSmall } from './bag-reader.ts';
import { BAG_NAMESPACE, NAMES, SIGNED_AS } from './contract.ts';
import { type Listed, parseManifest, sameName } from './manifest.ts';
import { isSigned } from './sshsig.ts';
import { readTimestamp } from './timestamp.ts';

/** One thing that was looked at, in words. */
export interface BagFinding {
  ok: boolean;
  what: string;
}
export interface BagReport {
  /** Whether every finding is. */
  ok: boolean;
  findings: readonly BagFinding[];
  /** Fingerprint of the key that signed it, `SHA256:…`; only where the signature holds. */
  signedBy?: string;
  /** When the authority says that it was there, epoch ms; the authority's own signature is for `openssl ts -verify`. */
  datedAt?: number;
}

export interface CheckOptions {
  /** Fingerprint of the key that must have signed it, `SHA256:…`; without it any key may have. */
  key?: string;
  signal?: AbortSignal;
}

/**
 * Checks a bag: what lies in the folder, both manifests, the signature, and what the timestamp dates. Reads each file once, whatever its size, and
 * follows no link. Never rejects but with the signal's reason: what cannot be read is a finding.
 */
export async function checkBag(folder: string, { key, signal }: CheckOptions = {}): Promise<BagReport> {
  const checked = new Checked();
  try {
    const root = await realpath(folder);
    const { files, faults } = await listBag(root, signal);
    for (const fault of faults) checked.bad(fault);
    const bag: OpenBag = { root, files, checked, ...(signal && { signal }) };
    await checkDeclaration(bag);
    const payload = await readManifest(bag, NAMES.manifest, (path) => path.startsWith('data/'));
    const tags = await readManifest(bag, NAMES.tagManifest, (path) => !path.startsWith('data/'));
    checkListed(bag, payload, tags);
    await checkHashes(bag, [...payload, ...tags]);
    await checkOxum(bag, payload);
    const signedBy = await checkSignature(bag, key);
    const datedAt = await checkTimestamp(bag);
    await checkCustody(bag);
    return { ...checked.report(), ...(signedBy && { signedBy }), ...(datedAt !== undefined && { datedAt }) };
  } catch (error) {
    signal?.throwIfAborted();
    checked.bad(`The folder cannot be read: ${reason(error)}.`);
    return checked.report();
  }
}

interface OpenBag {
  root: string;
  files: ReadonlyMap<string, FoundFile>;
  checked: Checked;
  signal?: AbortSignal;
}

class Checked {
  readonly #findings: BagFinding[] = [];

  good(what: string): void {
    this.#findings.push({ ok: true, what });
  }

  bad(what: string): void {
    this.#findings.push({ ok: false, what });
  }

  report(): BagReport {
    return { ok: this.#findings.every(({ ok }) => ok), findings: this.#findings };
  }
}

async function checkDeclaration(bag: OpenBag): Promise<void> {
  const text = await textOf(bag, NAMES.declaration);
  if (text === undefined) return;
  if (/^BagIt-Version: (0\.97|1\.0)\r?\nTag-File-Character-Encoding: UTF-8\r?\n?$/.test(text)) return;
  bag.checked.bad(`${NAMES.declaration} is not that of a bag (RFC 8493).`);
}

async function readManifest(
  bag: OpenBag,
  name: string,
  belongs: (path: string) => boolean,
): Promise<Listed[]> {
  const { listed, faults } = parseManifest((await textOf(bag, name)) ?? '');
  for (const fault of faults) bag.checked.bad(`${name}: ${fault}.`);
  const [own, foreign] = [
    listed.filter(({ path }) => belongs(path)),
    listed.filter(({ path }) => !belongs(path)),
  ];
  for (const { path } of foreign)
    bag.checked.bad(`${name} lists ${shown(path)}, which does not belong there.`);
  return own;
}

/** What lies there unlisted, what is listed and missing, and what every bag of ours has. */
function checkListed({ files, checked }: OpenBag, payload: readonly Listed[], tags: readonly Listed[]): void {
  const listed = new Set([...payload, ...tags].map(({ path }) => path));
  const endings: readonly string[] = [NAMES.tagManifest, NAMES.signature, NAMES.timestamp];
  const unlisted = [...files.keys()].filter((path) => !listed.has(path) && !endings.includes(path));
  for (const path of unlisted) checked.bad(`${shown(path)} is in the folder, and no manifest lists it.`);
  const missing = [...listed].filter((path) => !files.has(path));
  for (const path of missing) checked.bad(`${shown(path)} is listed, and it is not there.`);
  for (const name of [NAMES.declaration, NAMES.manifest, NAMES.signers]) {
    if (!tags.some(({ path }) => sameName(path, name)))
      checked.bad(`${NAMES.tagManifest} does not list ${name}.`);
  }
  if (unlisted.length + missing.length === 0)
    checked.good(`All ${files.size} files are those that are listed.`);
}

async function checkHashes(
  { root, files, checked, signal }: OpenBag,
  listed: readonly Listed[],
): Promise<void> {
  let changed = 0;
  const there = listed.filter(({ path }) => files.has(path));
  for (const { path, sha256 } of there) {
    if ((await hashOf(root, path, signal)) === sha256) continue;
    changed++;
    checked.bad(`${shown(path)} has been changed, or cannot be read.`);
  }
  if (there.length > 0 && changed === 0) checked.good('The checksums of all listed files are right.');
}

/** Bytes and files of `data/`, as `bag-info.txt` has them. */
async function checkOxum(bag: OpenBag, payload: readonly Listed[]): Promise<void> {
  if (!bag.files.has(NAMES.info)) return;
  const told = /^Payload-Oxum: *(\d+\.\d+)\s*$/m.exec((await textOf(bag, NAMES.info)) ?? '')?.[1];
  const bytes = payload.reduce((sum, { path }) => sum + (bag.files.get(path)?.bytes ?? 0), 0);
  if (told !== undefined && told !== `${bytes}.${payload.length}`)
    bag.checked.bad(`${NAMES.info} tells of another number of files or bytes.`);
}

async function checkSignature(bag: OpenBag, expected: string | undefined): Promise<string | undefined> {
  const [message, signature, signers] = [
    await bytesOf(bag, NAMES.tagManifest),
    await textOf(bag, NAMES.signature),
    await textOf(bag, NAMES.signers),
  ];
  if (!message || signature === undefined || signers === undefined) return undefined;
  const publicKeySsh = signerKey(signers);
  const signedBy = publicKeySsh && keyIdOf(publicKeySsh);
  if (!publicKeySsh || !signedBy) {
    bag.checked.bad(`${NAMES.signers} has no key that can be used.`);
    return undefined;
  }
  if (!isSigned(message, signature, { publicKeySsh, namespace: BAG_NAMESPACE })) {
    bag.checked.bad('The signature is not that of these files.');
    return undefined;
  }
  if (expected === undefined)
    bag.checked.good(`It is signed by the key ${signedBy}. Ask the owner whether that is theirs.`);
  else if (expected === signedBy) bag.checked.good(`It is signed by the key ${signedBy}, as expected.`);
  else bag.checked.bad(`It is signed by the key ${signedBy}, not by the one that was expected.`);
  return signedBy;
}

/** The one line that we write; anything else may mean something else to `ssh-keygen`. */
function signerKey(signers: string): string | undefined {
  const line = /^(\S+) namespaces="([^"]+)" (ssh-ed25519 [A-Za-z0-9+/=]+)\r?\n?$/.exec(signers);
  return line?.[1] === SIGNED_AS && line[2] === BAG_NAMESPACE ? line[3] : undefined;
}

async function checkTimestamp(bag: OpenBag): Promise<number | undefined> {
  if (!bag.files.has(NAMES.timestamp)) {
    if (bag.files.has(NAMES.authority)) bag.checked.bad('There was a timestamp, and it is missing.');
    return undefined;
  }
  const [answer, dated] = [
    await bytesOf(bag, NAMES.timestamp),
    await hashOf(bag.root, NAMES.tagManifest, bag.signal),
  ];
  if (!answer || dated === undefined) return undefined;
  try {
    const { sha256, at } = readTimestamp(answer);
    if (sha256 !== dated) {
      bag.checked.bad('The timestamp is for other files.');
      return undefined;
    }
    bag.checked.good(
      `The timestamp is for these files: ${new Date(at).toISOString()}. Whether the authority gave it, the third command of ${NAMES.howTo} shows.`,
    );
    return at;
  } catch (error) {
    bag.checked.bad(`The timestamp cannot be read: ${reason(error)}.`);
    return undefined;
  }
}

/** Whether the lines of the log in the bag are those that its head was signed for. */
async function checkCustody(bag: OpenBag): Promise<void> {
  if (!bag.files.has(NAMES.provenance) || !bag.files.has(NAMES.custody)) return;
  const [head] = parseHeads((await textOf(bag, NAMES.provenance)) ?? '').heads;
  const publicKeySsh = signerKey((await textOf(bag, NAMES.signers)) ?? '');
  if (!head || !publicKeySsh) return;
  const lines = ((await textOf(bag, NAMES.custody)) ?? '').split('\n').slice(0, -1);
  const fault = excerptFault(lines, head, publicKeySsh);
  if (fault === undefined)
    bag.checked.good(`The ${lines.length} lines of the log of shares are as they were signed.`);
  else bag.checked.bad(`${NAMES.custody}: ${fault}`);
}

async function textOf(bag: OpenBag, name: string): Promise<string | undefined> {
  return (await bytesOf(bag, name))?.toString('utf8');
}

/** A small file, or a finding. */
async function bytesOf({ root, files, checked, signal }: OpenBag, name: string): Promise<Buffer | undefined> {
  const bytes = files.has(name) ? await readSmall(root, name, signal) : undefined;
  if (!bytes) checked.bad(files.has(name) ? `${name} cannot be read.` : `${name} is missing.`);
  return bytes;
}

/** A name out of the bag, on one line whatever is in it. */
const shown = (path: string) => JSON.stringify(path);
