/** What lies where in `<Homebridge storage>/doorstep`, and the small files in it. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Problem } from '../../protocol/api.ts';
import type { RecordingsConfig } from '../config.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { replacePrivate } from '../system/text-file.ts';

export interface StorageFolder {
  root: string;
  cameras: string;
  journal: string;
  /** Index of the recordings. */
  recordingIndex: string;
  /** Where recordings are kept without a target. */
  recordings: string;
  /** Where they wait for the target, unless the settings say otherwise. */
  spool: string;
  /** Files that are made for the household. */
  exports: string;
  hooksKey: string;
  /** What the household switched at each camera. */
  switches: string;
  /** What the household drew: doorsteps, where motion counts, what is hidden. */
  zones: string;
  /** What the detection decided, with its pictures. */
  decisions: string;
  /** Whether somebody is home. */
  household: string;
  /** Folder: what lies at each doorstep, and how it looks. */
  sightMemory: string;
  /** Which privacy masks we made at cameras. */
  maskTokens: string;
  /** What the owner called the services of accessories. */
  serviceNames: string;
  /** What an MQTT broker keeps for the hub. */
  mqtt: string;
  /** Folder: keys and log of what was shared. */
  sharing: string;
  /** Programs that run for the hub, so that none outlives its crash. */
  children: string;
  /** What the running hub says of itself, for `doorstep status`. */
  runFile: string;
}

export function storageFolder(homebridgeStorage: string): StorageFolder {
  const root = join(homebridgeStorage, 'doorstep');
  return {
    root,
    cameras: join(root, 'cameras.json'),
    journal: join(root, 'journal.sqlite'),
    recordingIndex: join(root, 'recordings.sqlite'),
    recordings: join(root, 'recordings'),
    spool: join(root, 'spool'),
    exports: join(root, 'exports'),
    hooksKey: join(root, 'hooks.key'),
    switches: join(root, 'switches.json'),
    zones: join(root, 'zones.json'),
    decisions: join(root, 'decisions.sqlite'),
    household: join(root, 'household.json'),
    sightMemory: join(root, 'sight-memory'),
    maskTokens: join(root, 'mask-tokens.json'),
    serviceNames: join(root, 'service-names.json'),
    mqtt: join(root, 'mqtt.json'),
    sharing: join(root, 'sharing'),
    children: join(root, 'children.jsonl'),
    runFile: join(root, 'run.json'),
  };
}

/** Where recordings wait for the target. */
export function spoolFolder(
  { spoolPath }: Pick<RecordingsConfig, 'spoolPath'>,
  { spool }: StorageFolder,
): string {
  return spoolPath ?? spool;
}

/** Makes the folder, for the owner alone. Throws a `ProblemError` when that is not possible. */
export function makeStorageFolder({ root }: StorageFolder): void {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    chmodSync(root, 0o700);
  } catch (error) {
    throw new ProblemError(
      {
        code: 'storage-unwritable',
        what: `Doorstep cannot use its folder ${root}: ${reason(error)}.`,
        cure: 'Give the user that runs Homebridge the right to write there, then restart.',
      },
      { cause: error },
    );
  }
}

/** Undefined when the file is not there or does not hold JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What a file in the folder that cannot be read or written means. `meanwhile`: what the household notices. */
export function unwritable(path: string, error: unknown, meanwhile: string): Problem {
  return {
    code: 'storage-unwritable',
    what: `Doorstep cannot use its file ${path}: ${reason(error)}. ${meanwhile}`,
    cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then restart.',
  };
}

/** The secret part of the webhook addresses; made once. Throws a `ProblemError` when it can be neither read nor kept. */
export function hooksKey({ hooksKey: path }: StorageFolder): string {
  try {
    if (existsSync(path)) {
      const kept = readFileSync(path, 'utf8').trim();
      if (kept.length >= 32) return kept;
    }
    const key = randomBytes(24).toString('base64url');
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replacePrivate(path, `${key}\n`, { durable: false });
    return key;
  } catch (error) {
    const problem = unwritable(path, error, 'There is no web app and no API until then.');
    throw new ProblemError(problem, { cause: error });
  }
}
