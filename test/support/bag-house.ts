/** A folder with footage to make evidence bags of, and what is said about it. */
import { execFile } from 'node:child_process';
import { createHash, createPrivateKey, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { excerptOf } from '../../plugin/sharing/audit/excerpt.ts';
import type { BagClip, BagFacts, ClipFacts } from '../../plugin/sharing/bag/contract.ts';
import type { BagOptions } from '../../plugin/sharing/bag/write-bag.ts';
import type { OriginalFile, RedactedFile } from '../../plugin/sharing/contract.ts';
import { signerOf } from '../../plugin/sharing/keys.ts';
import { makeLog } from './share-log.ts';

/** PKCS 8 of an Ed25519 key, up to its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A signer whose key is this byte, 32 times. */
export function fixedSigner(byte: number) {
  const key = Buffer.concat([PKCS8, Buffer.alloc(32, byte)]);
  return signerOf(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
}

const AT = Date.UTC(2026, 10, 22, 17, 20, 59);

/** Of the house of `fixedSigner(7)`. */
const log = makeLog({ signer: fixedSigner(7), size: 4, headsAt: [4] });

export const bagFacts: BagFacts = {
  id: 'share-2026-0001',
  madeAt: AT + 3_600_000,
  timeZone: 'Europe/Berlin',
  owner: 'Alex Example',
  recipient: 'Police station North',
  purpose: {
    occasion: 'voluntary',
    text: 'Damage to the parked car',
    caseNumber: 'ST/0815/2026',
    agency: 'City police',
    officer: 'Officer Sample',
  },
  software: { version: '0.1.0', ffmpeg: '5.1' },
  custody: [
    { at: AT + 1000, who: 'the owner', what: 'put the clip on hold' },
    { at: AT + 2000, who: 'the owner', what: 'looked at the redacted copy and approved it' },
  ],
  custodyLines: excerptOf(log.lines, ({ facts }) => facts.share === 'share-2'),
  ...(log.heads[0] && { logHead: log.heads[0] }),
};

export const clipFacts: ClipFacts = {
  camera: {
    name: 'Front door',
    pointsAt: 'the door and the path to it',
    make: 'Reolink',
    model: 'Video Doorbell PoE',
    firmware: 'v3.0.0.2555',
  },
  from: AT - 30_000,
  to: AT,
  recorded: 'copied',
  clock: {
    camera: { offsetMs: 95_000, errorMs: 400, how: 'ONVIF GetSystemDateAndTime', at: AT - 60_000 },
    recorder: { offsetMs: -12, errorMs: 30, how: 'NTP', at: AT - 90_000 },
  },
  original: { bytes: 300_000, sha256: 'cd'.repeat(32) },
  leftOut: [
    { what: 'sound', why: 'not needed for the purpose' },
    { what: "the neighbour's door (a fixed zone)", why: 'it is not part of what happened' },
  ],
  masks: ['street-2'],
  commands: [
    [
      'ffmpeg',
      '-i',
      'rtsp://user:secret@10.0.0.9/main',
      '-vf',
      'drawbox=t=fill',
      '/var/lib/doorstep/out.mp4',
    ],
  ],
};

export interface BagHouse extends Disposable {
  root: string;
  /** Of the bags. */
  folder: string;
  options: BagOptions;
  /** A file of so many odd bytes in the folder of the footage. */
  footage(
    name: string,
    bytes?: number,
  ): { path: string; bytes: number; sha256: string; contentType: 'video/mp4' };
  /** One clip with a viewing copy, and where it is asked for its original. */
  clip(options?: { full?: boolean; facts?: Partial<ClipFacts> }): BagClip;
}

export function bagHouse(): BagHouse {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'doorstep-bag-')));
  const [folder, footage] = [join(root, 'bags'), join(root, 'footage')];
  mkdirSync(footage);
  let made = 0;
  const house: BagHouse = {
    root,
    folder,
    options: { folder, footage, signer: fixedSigner(7), signal: new AbortController().signal },
    footage(name, size = 20_000) {
      const data = randomBytes(size);
      const path = join(footage, name);
      writeFileSync(path, data);
      const sha256 = createHash('sha256').update(data).digest('hex');
      return { path, bytes: size, sha256, contentType: 'video/mp4' };
    },
    clip({ full = false, facts } = {}) {
      made++;
      const viewing = house.footage(`viewing-${made}.mp4`) as RedactedFile;
      if (!full) return { facts: { ...clipFacts, ...facts }, viewing };
      const original = house.footage(`original-${made}.mp4`, 1_200_000) as OriginalFile;
      const { bytes, sha256 } = original;
      return { facts: { ...clipFacts, original: { bytes, sha256 }, ...facts }, viewing, original };
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
  return house;
}

/** Any string, halves of pairs among them. (fast-check's own unit `binary` takes seconds to get ready.) */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const units = fc.array(fc.nat(0xffff), { maxLength });
  return units.map((codes) => String.fromCharCode(...codes));
}

/** The commands of a bag's own instructions, as somebody copies them from the page. */
export function commandsIn(instructions: string): string[] {
  return instructions
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim());
}

/** What a shell says to a line, typed in this folder. */
export function inShell(line: string, cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { cwd, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
        output: stdout + stderr,
      }),
    );
  });
}
