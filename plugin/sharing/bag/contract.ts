/** An evidence bag: what goes into one, and what is known of it once it is made. */
import type { SignedHead } from '../audit/heads.ts';
import type { OriginalFile, Purpose, RedactedFile } from '../contract.ts';

/** An authority that dates the bag (RFC 3161). It learns a hash, and that somebody made a package; so it is asked only when the owner wants it. */
export interface TimestampAuthority {
  /** Its root certificate, PEM; goes into the bag, for `openssl`. */
  certificate: string;
  /** Sends the request (DER) and gives the answer (DER). */
  ask(request: Buffer, signal: AbortSignal): Promise<Uint8Array>;
}

/** One clock beside another. */
export interface ClockSample {
  /** How far it was ahead, in ms; below zero: behind. */
  offsetMs: number;
  /** What the offset may be wrong by, in ms. */
  errorMs: number;
  /** How it was measured, as `ONVIF GetSystemDateAndTime`. */
  how: string;
  /** Epoch ms. */
  at: number;
}

/** Something that is in the recording and not in what is handed over, or was never recorded. */
export interface LeftOut {
  /** As `sound`, `the neighbour's door (a fixed zone)`, `pictures before the begin`. */
  what: string;
  why: string;
}

/** All that is said about one clip. Times are epoch ms, by the recorder's clock. */
export interface ClipFacts {
  camera: {
    name: string;
    /** What it looks at, as `the front door and the path to it`. */
    pointsAt: string;
    make?: string;
    model?: string;
    firmware?: string;
  };
  /** First and last picture of what is handed over. */
  from: number;
  to: number;
  /** `masked`: encoded anew while it was recorded, because a privacy mask is burned in; what came out of that is the original then. */
  recorded: 'copied' | 'masked';
  clock: {
    /** The camera's clock beside the recorder's; absent where nobody measured it. */
    camera?: ClockSample;
    /** The recorder's clock beside a reference, as NTP. */
    recorder?: ClockSample;
  };
  /** The file as the recorder wrote it. Where it is not in the bag, it must be on hold: the statement says that it can be asked for. */
  original: { bytes: number; sha256: string };
  leftOut: readonly LeftOut[];
  /** Versions of the masks that were burned in while recording. */
  masks: readonly string[];
  /** What was run to make the viewing copy: program and arguments. Paths and addresses in them do not get into the bag. */
  commands: readonly (readonly string[])[];
}

/** One clip of a bag. */
export interface BagClip {
  facts: ClipFacts;
  viewing?: RedactedFile;
  /** Only where the owner hands it over too: a full bag. */
  original?: OriginalFile;
}

/** What is said about the bag as a whole. */
export interface BagFacts {
  /** Names its folder, as `share-2026-0001`; says nothing of place, time of the footage or persons. */
  id: string;
  /** Epoch ms. */
  madeAt: number;
  /** IANA name, for local times. */
  timeZone: string;
  /** Who owns the camera. */
  owner: string;
  /** Who gets it: name and, where there is one, office. */
  recipient: string;
  purpose: Purpose;
  software: { version: string; ffmpeg?: string };
  /** Who did what with these clips, oldest first; `at` is epoch ms. */
  custody: readonly { at: number; who: string; what: string }[];
  /** The audit log's lines about these clips, byte for byte, with what proves that they are of its chain. */
  custodyLines: readonly string[];
  /** Head of the audit log that those lines end at. */
  logHead?: SignedHead;
}

/** One file of a bag. */
export interface BagFile {
  /** Below the bag's folder, with `/`. */
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** A bag that is complete on the disk. */
export interface Bag {
  id: string;
  /** Absolute. */
  folder: string;
  madeAt: number;
  files: readonly BagFile[];
  /** Of `tagmanifest-sha256.txt`, hex: stands for every byte of the bag but its signature and timestamp. */
  sha256: string;
}

/** Names of the files that every bag has. */
export const NAMES = {
  declaration: 'bagit.txt',
  info: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  signature: 'tagmanifest-sha256.txt.sshsig',
  timestamp: 'tagmanifest-sha256.txt.tsr',
  authority: 'timestamp-authority.pem',
  signers: 'allowed_signers',
  howTo: 'HOW-TO-CHECK.txt',
  statement: 'data/STATEMENT.txt',
  statementPdf: 'data/STATEMENT.pdf',
  provenance: 'data/provenance.json',
  custody: 'data/custody.jsonl',
} as const;

/** Who signs, in the bag's `allowed_signers`. */
export const SIGNED_AS = 'owner';
/** The signature counts for a bag and for nothing else. */
export const BAG_NAMESPACE = 'doorstep-evidence-bag';
