/** Makes an evidence bag: complete under its name, or not there. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { seal, syncFolder, writeDurable } from '../../recordings/spool/durable.ts';
import { excerptFault } from '../audit/excerpt.ts';
import type { Signer } from '../keys.ts';
import { askForTimestamp, plainCertificate } from './ask-for-timestamp.ts';
import { refuseFiles, refuseId } from './bag-limits.ts';
import {
  BAG_NAMESPACE,
  type Bag,
  type BagClip,
  type BagFacts,
  type BagFile,
  NAMES,
  SIGNED_AS,
  type TimestampAuthority,
} from './contract.ts';
import { copyFootage } from './copy-footage.ts';
import { howToCheck } from './how-to-check.ts';
import { makeWhole } from './made-whole.ts';
import { manifestText } from './manifest.ts';
import { plainLine } from './plain-line.ts';
import { bagRefused } from './problems.ts';
import { provenanceText } from './provenance.ts';
import { signedText } from './sshsig.ts';
import { type PlacedClip, placeClip, statementOf } from './statement.ts';
import { statementPdf } from './statement-pdf.ts';
import { statementText } from './statement-text.ts';

export interface BagOptions {
  /** Where bags are made; each is a folder in it, named by its id. */
  folder: string;
  /** The folder that all footage lies in. */
  footage: string;
  signer: Signer;
  /** Absent where the owner did not ask for it: then nobody outside hears of the bag. */
  timestamp?: TimestampAuthority;
  signal: AbortSignal;
}

/**
 * Writes a bag. Only the clips' `viewing` files get in, and an `original` where one is given: then it is a full bag. Each file is read once, and must be
 * the one that its SHA-256 says. Rejects with a `ProblemError` (`bag-refused`, `bag-exists`, `bag-footage-changed`, `bag-timestamp-failed`,
 * `bag-unwritable`), or with the signal's reason; then nothing of it is left.
 */
export async function writeBag(
  facts: BagFacts,
  clips: readonly BagClip[],
  options: BagOptions,
): Promise<Bag> {
  const folder = resolve(options.folder);
  const placed = clips.map((clip, index) => placeClip(clip, index + 1));
  refuse(facts, clips, placed, options);
  const texts = payloadTexts(facts, placed, options);
  const { signal } = options;
  return makeWhole(folder, facts.id, {
    signal,
    fill: async (part) => {
      const videos = await writeFootage(part, clips, placed, options);
      const payload = [...videos, ...(await writeFiles(part, texts))];
      const tags = await writeFiles(part, tagTexts(facts, payload, options));
      const tagManifest = manifestText(tags);
      const [sealed, ...others] = await writeFiles(part, await endingTexts(tagManifest, options));
      for (const inside of ['data/viewing', 'data/original', 'data'])
        await syncIfThere(part, inside, payload);
      const files = [...payload, ...tags, ...(sealed ? [sealed] : []), ...others];
      const sha256 = sealed?.sha256 ?? '';
      return { id: facts.id, folder: join(folder, facts.id), madeAt: facts.madeAt, files, sha256 };
    },
  });
}

type Texts = [path: string, content: string | Buffer][];

function refuse(
  { id, logHead, custodyLines }: BagFacts,
  clips: readonly BagClip[],
  placed: readonly PlacedClip[],
  { timestamp, signer }: BagOptions,
): void {
  const footage = placed.flatMap(({ viewing, original }) =>
    [viewing, original].filter((file) => file !== undefined),
  );
  const others = Object.values(NAMES).filter(
    (name) => timestamp || (name !== NAMES.timestamp && name !== NAMES.authority),
  );
  const why =
    refuseId(id) ??
    (clips.length === 0 ? 'there is no clip for it.' : undefined) ??
    (logHead && excerptFault(custodyLines, logHead, signer.publicKeySsh)) ??
    clips.map(refuseClip).find((found) => found !== undefined) ??
    refuseFiles([...footage, ...others.map((path) => ({ path, bytes: 0 }))]);
  if (why !== undefined) throw bagRefused(why);
}

function refuseClip({ facts, viewing, original }: BagClip): string | undefined {
  if (!viewing && !original) return 'a clip has no file.';
  if ([viewing, original].some((file) => file && file.contentType !== 'video/mp4'))
    return 'a clip is no MP4 file.';
  if (original && original.sha256 !== facts.original.sha256)
    return 'the original of a clip is not the one recorded.';
  return undefined;
}

async function writeFootage(
  part: string,
  clips: readonly BagClip[],
  placed: readonly PlacedClip[],
  { footage: root, signal }: BagOptions,
): Promise<BagFile[]> {
  await mkdir(join(part, 'data'), { mode: 0o700 });
  const written: BagFile[] = [];
  for (const [index, clip] of clips.entries()) {
    for (const kind of ['viewing', 'original'] as const) {
      const [source, target] = [clip[kind], placed[index]?.[kind]];
      if (!source || !target) continue;
      await mkdir(join(part, 'data', kind), { recursive: true, mode: 0o700 });
      await copyFootage(source, join(part, target.path), { root, signal });
      written.push(target);
    }
  }
  return written;
}

function payloadTexts(facts: BagFacts, placed: readonly PlacedClip[], { signer }: BagOptions): Texts {
  try {
    const statement = statementOf(facts, placed, signer.keyId);
    return [
      [NAMES.statement, statementText(statement)],
      [NAMES.statementPdf, statementPdf(statement)],
      [NAMES.provenance, provenanceText(facts, placed, signer.keyId)],
      [NAMES.custody, facts.custodyLines.map((line) => `${line}\n`).join('')],
    ];
  } catch (error) {
    if (error instanceof RangeError) throw bagRefused('a time or the time zone in it is none.');
    throw error;
  }
}

/** The files beside `data/` that the second manifest lists. */
function tagTexts(facts: BagFacts, payload: readonly BagFile[], { signer, timestamp }: BagOptions): Texts {
  return [
    [NAMES.declaration, 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'],
    [NAMES.info, bagInfo(facts, payload)],
    [NAMES.manifest, manifestText(payload)],
    [NAMES.signers, `${SIGNED_AS} namespaces="${BAG_NAMESPACE}" ${signer.publicKeySsh}\n`],
    [NAMES.howTo, howToCheck({ dated: timestamp !== undefined })],
    ...(timestamp ? [[NAMES.authority, plainCertificate(timestamp.certificate)] as [string, string]] : []),
  ];
}

/** The second manifest, and what is said about its bytes. */
async function endingTexts(tagManifest: string, { signer, timestamp, signal }: BagOptions): Promise<Texts> {
  const bytes = Buffer.from(tagManifest);
  const texts: Texts = [
    [NAMES.tagManifest, bytes],
    [NAMES.signature, signedText(bytes, BAG_NAMESPACE, signer)],
  ];
  if (timestamp) texts.push([NAMES.timestamp, await askForTimestamp(bytes, timestamp, signal)]);
  return texts;
}

function bagInfo({ id, madeAt, software }: BagFacts, payload: readonly BagFile[]): string {
  const bytes = payload.reduce((sum, file) => sum + file.bytes, 0);
  return [
    `Bag-Software-Agent: Doorstep ${plainLine(software.version)}`,
    `Bagging-Date: ${new Date(madeAt).toISOString().slice(0, 10)}`,
    `External-Identifier: ${id}`,
    `Payload-Oxum: ${bytes}.${payload.length}`,
    '',
  ].join('\n');
}

async function writeFiles(part: string, texts: Texts): Promise<BagFile[]> {
  const written: BagFile[] = [];
  for (const [path, content] of texts) {
    await writeDurable(join(part, path), content);
    written.push({ path, ...seal(Buffer.from(content)) });
  }
  return written;
}

async function syncIfThere(part: string, inside: string, payload: readonly BagFile[]): Promise<void> {
  if (payload.some(({ path }) => path.startsWith(`${inside}/`))) await syncFolder(join(part, inside));
}
