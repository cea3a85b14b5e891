/** A day as it lies on the NAS, in one ZIP: made while it is sent, its size known beforehand. */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { FootageSource, MediaFile } from '../contract.ts';
import type { Recording } from '../recording.ts';
import { sidecarOf, sidecarText } from '../sidecar.ts';
import { footageGone } from './problems.ts';

export interface DayZip {
  bytes: number;
  /** Destroying it ends all reading for it. It breaks off with an error when a recording cannot be read. */
  stream: Readable;
}

interface Entry {
  name: string;
  bytes: number;
  at: number;
  open(): Promise<MediaFile | undefined>;
}

/** Each recording with its sidecar and its picture, one at a time is read. Rejects with that of the reading where a picture cannot be looked up. */
export async function dayZip(recordings: readonly Recording[], footage: FootageSource): Promise<DayZip> {
  const zip = new ZipFile();
  const stop = new AbortController();
  const stream = zip.outputStream;
  if (!(stream instanceof Readable)) throw new Error('yazl gives no stream of Node');
  stream.once('close', () => stop.abort());
  zip.on('error', (error: Error) => stream.destroy(error));
  for (const recording of recordings) {
    for (const entry of await entriesOf(recording, footage)) add(zip, entry, stop.signal);
    const sidecar = sidecarText(sidecarOf(recording, footage.segments(recording.id)));
    zip.addBuffer(Buffer.from(sidecar), `${recording.base}.json`, factsOf(recording.endedAt));
  }
  return { bytes: finish(zip), stream };
}

const factsOf = (at: number) => ({ mtime: new Date(at), mode: 0o100644, compress: false });

async function entriesOf(recording: Recording, footage: FootageSource): Promise<Entry[]> {
  const { id, base, bytes, endedAt, snapshotId } = recording;
  const film = { name: `${base}.mp4`, bytes, at: endedAt, open: () => footage.open(id) };
  const picture = snapshotId === undefined ? undefined : await footage.snapshot(snapshotId);
  if (!picture) return [film];
  return [film, { name: `${base}.jpg`, bytes: picture.bytes, at: endedAt, open: async () => picture }];
}

function add(zip: ZipFile, { name, bytes, at, open }: Entry, signal: AbortSignal): void {
  zip.addReadStreamLazy(name, { ...factsOf(at), size: bytes }, (give) => {
    open()
      .then((file) => {
        if (!file) throw footageGone();
        const source = Readable.from(file.read(0, file.bytes, signal), { objectMode: false });
        source.once('error', (error) => zip.emit('error', error));
        signal.addEventListener('abort', () => source.destroy(), { once: true });
        give(null, source);
      })
      .catch((error: unknown) => zip.emit('error', error));
  });
}

/** The size of the whole. */
function finish(zip: ZipFile): number {
  let size = -1;
  // The large form of the end: with the small one the size is foretold wrongly when the list of files is longer than 64 KiB.
  zip.end({ forceZip64Format: true, comment: '' }, (...[bytes]: number[]) => {
    size = bytes ?? -1;
  });
  if (size < 0) throw new Error('the size of a ZIP without compression was not foretold');
  return size;
}
