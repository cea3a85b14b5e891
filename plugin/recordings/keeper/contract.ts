/**
 * The target: where recordings are kept. Three kinds behind one contract (`folder`, `webdav`, `rclone`), used by the keeper process alone; the
 * hub reaches it through the `Keeper`, which is the same contract across a pipe.
 *
 * No session without proof: `open` shows that the place is the one that it should be, and every write of the session goes to that place
 * or nowhere.
 */
import type { Sealed } from '../recording.ts';

/** A local file that is one part of what goes out. */
export interface Piece extends Sealed {
  /** Absolute path on this machine. */
  path: string;
}

export interface TargetFacts {
  /** UUID of its marker. */
  id: string;
  /** `ext4`, `nfs4`, `cifs`, `webdav`, `sftp`, … */
  fileSystem: string;
  /** Whether it is on another file system than the Homebridge storage, or on another machine. */
  mounted: boolean;
  freeBytes?: number;
  totalBytes?: number;
}

/**
 * `missing`: not mounted, not there, does not answer. `no-marker`: it is there, and nobody set it up. `other`: the marker of another
 * place. `outside`: not in the private address ranges. `denied`: login or rights. `certificate`: not to be trusted; the message
 * has its fingerprint. `full`, `read-only`: what they say. `bad-piece`: the local part is not what it should be. `corrupt`: what was read back is not
 * what was written. `not-found`: no such file. `stuck`: the deadline passed, and the keeper was replaced. `failed`: anything else.
 */
export const TARGET_FAULTS = [
  'missing',
  'no-marker',
  'other',
  'outside',
  'denied',
  'certificate',
  'full',
  'read-only',
  'bad-piece',
  'corrupt',
  'not-found',
  'stuck',
  'failed',
] as const;
export type TargetFault = (typeof TARGET_FAULTS)[number];

/** The only error that targets and keeper reject with. The message is a sentence for the log, without secrets. */
export class TargetError extends Error {
  readonly fault: TargetFault;

  constructor(fault: TargetFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TargetError';
    this.fault = fault;
  }
}

export interface TargetEntry {
  name: string;
  folder: boolean;
  bytes: number;
}

/** Paths are relative to the target's root, with forward slashes, as `layout.ts` makes them; others are refused (`failed`). */
export interface TargetSession extends AsyncDisposable {
  readonly facts: TargetFacts;
  /**
   * Makes one file of local pieces: folders, `<path>.part`, copy, fsync, read back and compare, rename, fsync of the folder. What is there under
   * that name is replaced. Whatever happens, `path` is whole or absent. A folder is read back from its disk where the file system takes O_DIRECT (ext4,
   * XFS, NFS, …), else perhaps from this machine's memory; a server gives what it likes to.
   */
  put(path: string, pieces: readonly Piece[], signal?: AbortSignal): Promise<Sealed>;
  /** The same for a short text. */
  putText(path: string, text: string, signal?: AbortSignal): Promise<void>;
  readText(path: string, signal?: AbortSignal): Promise<string>;
  /** At most 1 MiB: the bytes from `from` up to and without `to`. */
  read(path: string, from: number, to: number, signal?: AbortSignal): Promise<Buffer>;
  /** Size and SHA-256 of the file as it is there; `not-found`. Without `hash` only the size is looked at. */
  stat(
    path: string,
    options: { hash: boolean },
    signal?: AbortSignal,
  ): Promise<{ bytes: number; sha256?: string }>;
  /** Of one folder, `''` for the root; empty where there is none. */
  list(folder: string, signal?: AbortSignal): Promise<TargetEntry[]>;
  /** A file (its `.part` too). What is not there is fine. */
  remove(path: string, signal?: AbortSignal): Promise<void>;
  /** Folders from this one up that hold nothing any more, the root excepted. */
  removeEmptyFolders(folder: string, signal?: AbortSignal): Promise<void>;
}

export interface Target extends AsyncDisposable {
  /**
   * Proves that this is the place with that marker; nothing is written. `known` as it was at set-up: a file system of another kind, or one that is no longer
   * mounted, is `missing`. Without `known` any marker will do.
   */
  open(
    known: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'> | undefined,
    signal?: AbortSignal,
  ): Promise<TargetSession>;
  /**
   * Writes the marker where there is none, or takes the one that is there. Makes at most the last folder of the root. Without `sure` it is refused
   * (`no-marker`) for a folder on a disk of this machine, since a NAS that is not mounted looks like that; not where it is a mount point itself, or
   * is to be made right below one.
   */
  setUp(options: { id: string; sure: boolean }, signal?: AbortSignal): Promise<TargetFacts>;
}

/** What the keeper process is told about the target. Secrets go over its standard input, never its arguments. */
export type TargetConfig =
  | { kind: 'embedded' | 'folder'; path: string; storage: string; allowOutside: boolean }
  | {
      kind: 'webdav';
      url: string;
      username: string;
      password: string;
      /** SHA-256 of the certificate to trust, hex without colons. */
      fingerprint?: string;
      allowOutside: boolean;
    }
  | {
      kind: 'rclone';
      /** `nas:doorstep` */
      remote: string;
      configFile?: string;
      program: string;
      allowOutside: boolean;
    };

/** The hub's end of the keeper process. Deadlines are its own; a keeper that misses one is replaced, and the call rejects with `stuck`. */
export interface Keeper extends Target {
  /** Process id of the keeper that runs now, for status and tests. */
  readonly pid: number | undefined;
  /** How many had to be replaced since the start. */
  readonly replaced: number;
}
