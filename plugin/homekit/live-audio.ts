/** The sound of one live session. It has a way of its own, so that trouble with it never stops the picture. */
import type { Camera, Init, Track } from '../camera/contract.ts';
import type { Header, Packet } from '../camera/media-parser.ts';
import type { StartChild } from '../system/child.ts';
import { type Log, withoutSecrets } from '../system/log.ts';
import { audioPayload } from './audio-payload.ts';
import { type Converter, startConverter } from './converter.ts';
import { type AudioTarget, audioArgs } from './live-args.ts';
import type { LiveTimeline } from './live-timeline.ts';
import { samplesIn } from './mp4-samples.ts';
import type { RtpStream } from './rtp-stream.ts';

export interface LiveAudioOptions {
  camera: Camera;
  target: AudioTarget;
  rtp: RtpStream;
  timeline: LiveTimeline;
  /** Whether the viewer shall hear nothing just now; asked for each packet. */
  muted: () => boolean;
  /** Path of the ffmpeg program. */
  ffmpeg: string;
  startChild: StartChild;
  log: Log;
  signal: AbortSignal;
}

/** Sends until the signal aborts; without an audio track it sends nothing. Ends early when ffmpeg does. */
export async function sendLiveAudio(options: LiveAudioOptions): Promise<void> {
  const { camera, timeline, signal, log } = options;
  let track: Track | undefined;
  let init: Init | undefined;
  let converter: Converter | undefined;
  let ended = false;
  try {
    for await (const item of camera.watch({ signal })) {
      if (signal.aborted || ended) return;
      if (item.type === 'init') {
        await converter?.[Symbol.asyncDispose]();
        converter = undefined;
        init = item;
        track = item.tracks.find(({ kind }) => kind === 'audio');
      } else if (init && track && item.track === track.id && !timeline.isBacklog(item)) {
        if (!converter) {
          const started = convert(init, track, timeline.place(item), options);
          void started.exited.then(({ stderrTail }) => {
            if (converter !== started || signal.aborted) return;
            ended = true;
            log.debug(`Sound for live view ended: ${withoutSecrets(stderrTail.join(' '))}`);
          });
          converter = started;
        }
        await converter.write(item);
      }
    }
  } finally {
    await converter?.[Symbol.asyncDispose]();
  }
}

/** @param begin session time of the first sound that goes in */
function convert(init: Init, track: Track, begin: number, options: LiveAudioOptions): Converter {
  const { target, rtp, muted } = options;
  let timescale = 0;
  let first: number | undefined;
  const onOutput = (part: Header | Packet) => {
    if (part.type === 'header') {
      timescale = part.track.timescale;
      return;
    }
    first ??= part.time;
    if (muted()) return;
    for (const sample of samplesIn(part.data)) {
      const seconds = begin + part.time - first + sample.offset / timescale;
      rtp.send(audioPayload(target.encoder, sample.data), seconds, true);
    }
  };
  const { startChild, ffmpeg } = options;
  return startConverter({
    ...{ startChild, ffmpeg, init, onOutput },
    args: audioArgs(target),
    trackId: track.id,
  });
}
