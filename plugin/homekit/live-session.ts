/** One live view of one viewer, from START to its end. */
import { randomBytes } from 'node:crypto';
import type { StartStreamRequest } from 'homebridge';
import type { Camera } from '../camera/contract.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import type { EncoderChoice } from '../camera/video-encoder-choice.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { AUDIO_CODEC } from './hap-values.ts';
import type { AudioEncoder } from './live-args.ts';
import { sendLiveAudio } from './live-audio.ts';
import { createLiveTimeline } from './live-timeline.ts';
import { sendLiveVideo } from './live-video.ts';
import { createReturnAudio, type ReturnAudio } from './return-audio.ts';
import type { RtpSocket } from './rtp-socket.ts';
import { createRtpStream } from './rtp-stream.ts';
import { createSrtpSender, type MasterKey, SRTP_OVERHEAD } from './srtp.ts';
import type { VideoWish } from './video-wish.ts';

/** What was agreed for one medium before START. */
export interface PreparedMedium {
  socket: RtpSocket;
  key: MasterKey;
  ssrc: number;
}

export interface LiveSessionDeps {
  camera: Camera;
  ffmpeg: Ffmpeg | undefined;
  encoders: EncoderChoice;
  /** Undefined when viewers cannot speak. `halfDuplex`: they do not hear the camera while they speak. */
  talk: { halfDuplex: boolean } | undefined;
  startChild: StartChild;
  clock: Clock;
  log: Log;
}

export interface LiveSessionOptions extends LiveSessionDeps {
  request: StartStreamRequest;
  /** Of the picture; it may change while the session runs. */
  wish: VideoWish;
  video: PreparedMedium;
  /** Undefined when no sound was offered. */
  audio: (PreparedMedium & { encoder: AudioEncoder }) | undefined;
  signal: AbortSignal;
}

/** UDP payload that gets through Wi-Fi, VPN and IPv6 in one piece, whatever MTU HomeKit names. */
const PACKET_BYTES = 1200;
const RTP_HEADER_BYTES = 12;
const VIDEO_CLOCK = 90_000;
/** A home hub that relays to a viewer outside asks for long audio packets. */
const REMOTE_PACKET_MS = 60;
const MIN_REPORT_MS = 500;
/** Longer than any reconnect that is worth waiting for; afterwards a frozen picture would be a lie. */
const NO_PICTURE_MS = 15_000;
/** Counted from the first picture on. A viewer sends RTCP every few seconds; some do so only after a long start. */
const NO_VIEWER_MS = 30_000;
const WATCH_EVERY_MS = 1000;

/** Runs until the signal aborts or there is a reason to end, which it returns in words. Never rejects. */
export async function runLiveSession(options: LiveSessionOptions): Promise<string> {
  const { camera, request, wish, video, audio, clock, log, signal, ffmpeg, encoders, startChild } = options;
  const ending = new AbortController();
  const stopped = AbortSignal.any([signal, ending.signal]);
  const startedAt = clock.now();
  const timeline = createLiveTimeline(startedAt);
  const watchdog = watchLiveSession(clock, [video.socket, audio?.socket], (why) => ending.abort(why));
  const remote = request.audio.packet_time >= REMOTE_PACKET_MS;
  const cname = randomBytes(8).toString('hex');
  const stream = (medium: PreparedMedium, payloadType: number, clockRate: number, interval: number) =>
    createRtpStream({
      ...{ ssrc: medium.ssrc, payloadType, clockRate, startedAt, cname, clock },
      reportEveryMs: Math.max(MIN_REPORT_MS, interval * 1000),
      srtp: createSrtpSender(medium.key),
      transmit: (packet) => medium.socket.send(packet),
    });

  const picture = async () =>
    sendLiveVideo({
      ...{ camera, wish, remote, startedAt, timeline, ffmpeg, encoders, startChild, clock, log },
      signal: stopped,
      rtp: stream(video, request.video.pt, VIDEO_CLOCK, request.video.rtcp_interval),
      maxPayload: PACKET_BYTES - RTP_HEADER_BYTES - SRTP_OVERHEAD,
      onPicture: watchdog.pictureSent,
    });

  const speech = listen(options);
  const sound = async () => {
    if (!audio || !ffmpeg || !speaks(request, audio.encoder)) return;
    const sampleRate = sampleRateOf(request);
    await sendLiveAudio({
      ...{ camera, timeline, ffmpeg: ffmpeg.path, startChild, log, signal: stopped },
      muted: () => options.talk?.halfDuplex === true && speech?.speaking === true,
      target: {
        encoder: audio.encoder,
        sampleRate,
        kbps: request.audio.max_bit_rate,
        packetMs: request.audio.packet_time,
      },
      // Not the 48 kHz of RFC 7587: HomeKit wants the clock of the sample rate, as RFC 3550 suggests.
      rtp: stream(audio, request.audio.pt, sampleRate, request.audio.rtcp_interval),
    });
  };
  // Functions, so that what fails before the first packet also ends here.
  const showing = picture();
  const sounding = sound().catch((error) => log.warn(`Live view goes on without sound: ${reason(error)}`));

  try {
    await showing;
    const gone = camera.state.privacy ? 'the camera is in privacy mode' : 'the camera was removed';
    return endReason(stopped) ?? gone;
  } catch (error) {
    return reason(error);
  } finally {
    ending.abort();
    watchdog.stop();
    await sounding;
    await speech?.[Symbol.asyncDispose]();
  }
}

const sampleRateOf = ({ audio }: StartStreamRequest) =>
  audio.sample_rate * 1000 === 24_000 ? 24_000 : 16_000;

/** Takes what the viewer says, where there is somebody to hear it. */
function listen({ talk, audio, ffmpeg, request, ...deps }: LiveSessionOptions): ReturnAudio | undefined {
  if (!talk || !audio || !ffmpeg || !speaks(request, audio.encoder)) return undefined;
  const { camera, startChild, clock, log } = deps;
  const speech = createReturnAudio({
    ...{ camera, startChild, clock, log, ffmpeg: ffmpeg.path },
    ...{
      encoder: audio.encoder,
      sampleRate: sampleRateOf(request),
      payloadType: request.audio.pt,
      key: audio.key,
    },
  });
  audio.socket.onPacket(speech.take);
  return speech;
}

function endReason(signal: AbortSignal): string | undefined {
  return typeof signal.reason === 'string' ? signal.reason : undefined;
}

function speaks(request: StartStreamRequest, encoder: AudioEncoder): boolean {
  const expected: string = encoder === 'libopus' ? AUDIO_CODEC.opus : AUDIO_CODEC.aacEld;
  return request.audio.codec === expected;
}

interface Watchdog {
  pictureSent(): void;
  stop(): void;
}

function watchLiveSession(
  clock: Clock,
  sockets: (RtpSocket | undefined)[],
  end: (why: string) => void,
): Watchdog {
  let lastPicture = clock.monotonic();
  /** Last sign of life of the viewer; unknown until it has something to answer to. */
  let lastSeen: number | undefined;
  for (const socket of sockets) {
    socket?.onPacket(() => {
      lastSeen = clock.monotonic();
    });
  }
  const check = () => {
    const now = clock.monotonic();
    if (now - lastPicture > NO_PICTURE_MS) return end('no picture from the camera');
    if (lastSeen !== undefined && now - lastSeen > NO_VIEWER_MS) return end('the viewer is gone');
    cancel = clock.after(WATCH_EVERY_MS, check);
  };
  let cancel = clock.after(WATCH_EVERY_MS, check);
  return {
    pictureSent() {
      lastPicture = clock.monotonic();
      lastSeen ??= lastPicture;
    },
    stop: () => cancel(),
  };
}
