/** The marker of a WebDAV root, and what may be wrong with a root. */
import { IDENTITY_FILE, PART } from '../layout.ts';
import { TargetError, type TargetFacts } from './contract.ts';
import { checkMarker } from './identity.ts';
import { bodyOf, type DavClient } from './webdav-client.ts';

/** A marker takes a line. */
const MOST_MARKER = 4096;

/** Rejects with a `TargetError` unless the root is there and has the marker that it should have; gives its id. */
export async function proveMarker(
  dav: DavClient,
  known: Pick<TargetFacts, 'id'> | undefined,
  signal: AbortSignal,
): Promise<string> {
  const marker = await readMarkerFile(dav, signal);
  return checkMarker(dav.where(''), marker, known);
}

/** Content of the marker; undefined where the root has none. Rejects with `missing` where there is no root. */
export async function readMarkerFile(dav: DavClient, signal: AbortSignal): Promise<string | undefined> {
  const text = await dav.text(IDENTITY_FILE, MOST_MARKER, signal);
  if (text !== undefined) return text;
  // A server that stands before another says 404 for what it cannot reach; listing shows it.
  if (!(await dav.rootHolds(IDENTITY_FILE, signal))) return undefined;
  throw new TargetError('missing', `${dav.where(IDENTITY_FILE)} is there, and cannot be read.`);
}

/** Writes the marker into a root that has none. */
export async function writeMarker(dav: DavClient, marker: string, signal: AbortSignal): Promise<void> {
  const part = IDENTITY_FILE + PART;
  const body = bodyOf(Buffer.from(marker));
  if (!(await dav.upload(part, body, signal))) throw await refused(dav, '');
  if ((await dav.text(part, MOST_MARKER, signal)) !== marker) throw corrupt(dav, part);
  await dav.move(part, IDENTITY_FILE, { bytes: body.bytes, overwrite: false }, signal);
}

/** The folder is there, and yet a file in it has none: some servers say it like that when nothing may be written. */
export function refused(dav: DavClient, folder: string): Promise<TargetError> {
  return dav.instead(
    new TargetError(
      'read-only',
      `${dav.where(folder)}: no file can be made there. Give this user the right to write, and the share too.`,
    ),
  );
}

/** A file is not what was sent. */
export function corrupt(dav: DavClient, path: string): TargetError {
  return new TargetError('corrupt', `${dav.where(path)}: what was read back is not what was written.`);
}
