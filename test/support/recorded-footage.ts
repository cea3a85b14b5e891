/** Recordings in memory, made as the spool makes them, for tests of what reads footage. */
import { createHash } from 'node:crypto';
import type { FootageSource, MediaFile } from '../../plugin/recordings/contract.ts';
import { recordingBase } from '../../plugin/recordings/layout.ts';
import { wrapOf } from '../../plugin/recordings/mp4/file-wrap.ts';
import { FragmentMerger, type Merged } from '../../plugin/recordings/mp4/fragment-merger.ts';
import { makeRecordingInit } from '../../plugin/recordings/mp4/recording-init.ts';
import type { Recording } from '../../plugin/recordings/recording.ts';
import { makeStream, type Stream } from './recorded-media.ts';

export const CAMERA = { id: 'cam-1', name: 'Front door', slug: 'front-door' };

/** Pictures a second of {@link makeNumberedStream}. */
export const FPS = 10;
const LUMA_STEP = 2;
const FIRST_LUMA = 20;

/** A film whose pictures are each of the one gray that tells their number; a keyframe each second, and a tone. Up to 100 pictures. */
export function makeNumberedStream({
  seconds = 10,
  size = '64x64',
  audio = true,
  bFrames = 0,
} = {}): Promise<Stream> {
  const gray = `geq=lum=${FIRST_LUMA}+${LUMA_STEP}*N:cb=128:cr=128`;
  const input = ['-f', 'lavfi', '-i', `nullsrc=size=${size}:rate=${FPS},${gray}`];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4', '-pix_fmt', 'yuv420p'];
  const groups = [
    '-g',
    String(FPS),
    '-keyint_min',
    String(FPS),
    '-sc_threshold',
    '0',
    '-bf',
    String(bFrames),
  ];
  return makeStream({
    input: audio ? [...input, ...tone] : input,
    seconds,
    video: [...h264, ...groups],
    ...(audio && { audio: ['-c:a', 'aac', '-b:a', '32k'] }),
  });
}

/** Which number a gray of a film of {@link makeNumberedStream} stands for. */
export const numberOf = (luma: number) => Math.round((luma - FIRST_LUMA) / LUMA_STEP);

export interface MadeRecording {
  recording: Recording;
  data: Buffer;
}

/** The part of a stream from one second up to another (both at keyframes), as a closed recording that began at `startedAt`. */
export function makeRecording(
  stream: Stream,
  options: {
    id: string;
    startedAt: number;
    from?: number;
    to?: number;
    kind?: Recording['kind'];
    audio?: boolean;
    snapshotId?: string;
    /** As of before there was an index in the head. */
    old?: boolean;
  },
): MadeRecording {
  const { id, startedAt, from = 0, to = Infinity, kind = 'continuous', audio = true, old = false } = options;
  const init = makeRecordingInit(stream.init.data, { audio });
  const merger = new FragmentMerger(init);
  const fragments: Merged[] = [];
  for (const fragment of stream.fragments)
    if (fragment.time >= from - 0.001 && fragment.time < to - 0.001) fragments.push(...merger.push(fragment));
  fragments.push(...merger.flush());
  const { head, tail } = wrapOf(init, fragments);
  const data = Buffer.concat([old ? init.data : head, ...fragments.flatMap(({ parts }) => parts), tail]);
  const seconds = fragments.reduce((end, { pictures }) => Math.max(end, pictures?.to ?? 0), 0);
  const sealed = (part: Buffer) => ({
    bytes: part.length,
    sha256: createHash('sha256').update(part).digest('hex'),
  });
  return {
    data,
    recording: {
      ...{ id, camera: CAMERA, kind, eventIds: [], startedAt },
      endedAt: startedAt + Math.round((seconds / init.video.timescale) * 1000),
      ...sealed(data),
      ...{ state: 'stored', spooled: false, base: recordingBase(CAMERA.slug, kind, id, startedAt) },
      wrap: { head: sealed(head), tail: sealed(tail) },
      ...(options.snapshotId !== undefined && { snapshotId: options.snapshotId }),
    },
  };
}

/** A file in memory that gives its bytes in small parts, and says how many it gave. */
export function memoryFile(data: Buffer, onRead: (bytes: number) => void = () => {}): MediaFile {
  return {
    bytes: data.length,
    etag: String(data.length),
    modifiedAt: 0,
    async *read(from, to, signal) {
      for (let at = from; at < to && !signal.aborted; at += 10_000) {
        const part = data.subarray(at, Math.min(to, at + 10_000));
        onRead(part.length);
        yield part;
      }
    },
  };
}

export interface MemoryFootage extends FootageSource {
  made: MadeRecording[];
  /** How many bytes were read so far. */
  bytesRead: number;
}

export function memoryFootage(
  made: MadeRecording[],
  pictures: ReadonlyMap<string, Buffer> = new Map(),
): MemoryFootage {
  const source: MemoryFootage = {
    made,
    bytesRead: 0,
    recordings: ({ camera, from, to }) =>
      source.made
        .map(({ recording }) => recording)
        .filter(
          (each) =>
            [each.camera.id, each.camera.slug].includes(camera) &&
            each.endedAt >= from &&
            each.startedAt <= to,
        )
        .sort((a, b) => a.startedAt - b.startedAt),
    async open(id) {
      const found = source.made.find(({ recording }) => recording.id === id);
      return (
        found &&
        memoryFile(found.data, (bytes) => {
          source.bytesRead += bytes;
        })
      );
    },
    async snapshot(id) {
      const picture = pictures.get(id);
      return picture && memoryFile(picture);
    },
    segments: () => [],
  };
  return source;
}
