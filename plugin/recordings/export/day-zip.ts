/** A day as it lies on the NAS, in one ZIP: made while it is sent, its size known beforehand. */
import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { FootageSource, MediaFile } from '../contract.ts';
import type { Recording } from '../recording.ts';
import { sidecarOf, sidecarText } from '../sidecar.ts';
import { footageGone } from './problems.ts';
import { type ZipEntry, zipBytes, zipParts } from './zip-writer.ts';

export interface DayZip {
  bytes: number;
  /** Destroying it ends all reading for it. It breaks off with an error when a recording cannot be read. */
  stream: Readable;
}

/** Each recording with its sidecar and its picture, one at a time is read. Rejects with that of the reading where a picture cannot be looked up. */
export async function dayZip(recordings: readonly Recording[], footage: FootageSource): Promise<DayZip> {
  const stop = new AbortController();
  const entries: ZipEntry[] = [];
  for (const recording of recordings) entries.push(...(await entriesOf(recording, footage, stop.signal)));
  const stream = new PassThrough();
  stream.once('close', () => stop.abort());
  // What goes wrong destroys the stream with its error: whoever sends it hears of it there.
  pipeline(zipParts(entries), stream, () => {});
  return { bytes: zipBytes(entries), stream };
}

async function entriesOf(
  recording: Recording,
  footage: FootageSource,
  signal: AbortSignal,
): Promise<ZipEntry[]> {
  const { id, base, bytes, endedAt: modifiedAt, snapshotId } = recording;
  const sidecar = Buffer.from(sidecarText(sidecarOf(recording, footage.segments(id))));
  const picture = snapshotId === undefined ? undefined : await footage.snapshot(snapshotId);
  const reading = (open: () => Promise<MediaFile | undefined>) => () => read(open, signal);
  return [
    { name: `${base}.mp4`, bytes, modifiedAt, read: reading(() => footage.open(id)) },
    ...(picture
      ? [{ name: `${base}.jpg`, bytes: picture.bytes, modifiedAt, read: reading(async () => picture) }]
      : []),
    {
      ...{ name: `${base}.json`, bytes: sidecar.length, modifiedAt },
      async *read() {
        yield sidecar;
      },
    },
  ];
}

async function* read(
  open: () => Promise<MediaFile | undefined>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const file = await open();
  if (!file) throw footageGone();
  yield* file.read(0, file.bytes, signal);
  // It ends early then, which must not look like a file that is too short.
  signal.throwIfAborted();
}
