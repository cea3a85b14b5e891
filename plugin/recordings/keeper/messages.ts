/** What hub and keeper say to each other. Texts and bytes of files travel as payload of the frame. */
import type { Sealed } from '../recording.ts';
import type { Piece, TargetConfig, TargetEntry, TargetFacts, TargetFault } from './contract.ts';

/** One call of a target or of a session. */
export type Request =
  | { method: 'open'; known?: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'> | undefined }
  | { method: 'setUp'; id: string; sure: boolean }
  | SessionRequest;

/** `path` is a folder for `list` and `removeEmptyFolders`. The text of `putText` is the payload. */
export type SessionRequest = { session: number } & (
  | { method: 'close' }
  | { method: 'put'; path: string; pieces: readonly Piece[] }
  | { method: 'read'; path: string; from: number; to: number }
  | { method: 'stat'; path: string; hash: boolean }
  | { method: 'putText' | 'readText' | 'list' | 'remove' | 'removeEmptyFolders'; path: string }
);

export type Method = Request['method'];

/** What a call gives. `read` and `readText` give their bytes as payload. */
export interface Replies {
  open: { session: number; facts: TargetFacts };
  setUp: TargetFacts;
  close: null;
  put: Sealed;
  putText: null;
  readText: null;
  read: null;
  stat: { bytes: number; sha256?: string };
  list: TargetEntry[];
  remove: null;
  removeEmptyFolders: null;
}

/** The configuration comes first, and once. */
export type ToKeeper =
  | { type: 'config'; config: TargetConfig }
  | { type: 'call'; id: number; request: Request }
  | { type: 'cancel'; id: number };

export type FromKeeper =
  | { type: 'progress'; id: number }
  | { type: 'done'; id: number; value: Replies[Method] }
  | { type: 'failed'; id: number; fault: TargetFault; message: string };
