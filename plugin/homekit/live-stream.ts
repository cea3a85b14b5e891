/** HomeKit's side of live view: prepares, starts and stops sessions. */
import { isIP } from 'node:net';
import type {
  CameraStreamingOptions,
  PrepareStreamCallback,
  PrepareStreamRequest,
  ReconfigureStreamRequest,
  StartStreamRequest,
  StreamingRequest,
  StreamRequestCallback,
} from 'homebridge';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import { reason } from '../system/problem.ts';
import {
  AES_CM_128_HMAC_SHA1_80,
  AUDIO_CODEC,
  LEVEL,
  PROFILE,
  SAMPLE_RATE,
  STREAM_REQUEST,
} from './hap-values.ts';
import type { AudioEncoder, VideoTarget } from './live-args.ts';
import { type LiveSessionDeps, type PreparedMedium, runLiveSession } from './live-session.ts';
import { openRtpSocket, type RtpSocket } from './rtp-socket.ts';
import { VideoWish } from './video-wish.ts';

/** As many viewers at a time as the large plugins allow; copying costs next to nothing. */
export const STREAM_COUNT = 10;

/** Of the master key and salt of the one suite offered (RFC 3711). */
const KEY_BYTES = 16;
const SALT_BYTES = 14;

export interface LiveStreamDeps extends LiveSessionDeps {
  /** Draws the number that marks a stream's packets (`CameraController.generateSynchronisationSource`). */
  drawSsrc: () => number;
  /** Tells HomeKit that a session has ended by itself. No stop follows. */
  endInHomeKit: (sessionId: string) => void;
}

/** The live half of HAP's `CameraStreamingDelegate`. Disposing it ends every session. */
export interface LiveStream extends AsyncDisposable {
  prepareStream(request: PrepareStreamRequest, callback: PrepareStreamCallback): void;
  handleStreamRequest(request: StreamingRequest, callback: StreamRequestCallback): void;
}

/** AAC-ELD where ffmpeg has it, because HomeKit prefers it; else Opus, which any ffmpeg has; else no sound. */
export function audioEncoder(ffmpeg: Pick<Ffmpeg, 'encoders'> | undefined): AudioEncoder | undefined {
  const known: AudioEncoder[] = ['libfdk_aac', 'libopus'];
  return known.find((encoder) => ffmpeg?.encoders.has(encoder));
}

/**
 * What the camera offers to HomeKit. It depends on this machine and the configuration alone, never on what a camera happens to
 * send or to hear: HomeKit keeps what it was told when the accessory was added.
 */
export function streamingOptions(encoder: AudioEncoder | undefined, talk: boolean): CameraStreamingOptions {
  return {
    supportedCryptoSuites: [AES_CM_128_HMAC_SHA1_80],
    video: {
      codec: { profiles: [PROFILE.main], levels: [LEVEL['3.1'], LEVEL['3.2'], LEVEL['4.0']] },
      resolutions: [
        [1920, 1080, 30],
        [1280, 720, 30],
        [640, 360, 30],
        // Apple Watch asks for this one.
        [320, 240, 15],
      ],
    },
    ...(encoder && {
      audio: {
        twoWayAudio: talk,
        codecs: [
          {
            type: encoder === 'libopus' ? AUDIO_CODEC.opus : AUDIO_CODEC.aacEld,
            // Home wants both, or it shows no sound at all.
            samplerate: [SAMPLE_RATE.khz16, SAMPLE_RATE.khz24],
            audioChannels: 1,
          },
        ],
      },
    }),
  };
}

interface Media {
  video: PreparedMedium;
  audio: PreparedMedium | undefined;
}

/** One viewer, known from the first word on, so that a stop finds it at any time. */
interface Session {
  readonly ending: AbortController;
  /** Those bound so far. */
  readonly sockets: RtpSocket[];
  media?: Promise<Media>;
  running?: Promise<void>;
  wish?: VideoWish;
}

export function createLiveStream(deps: LiveStreamDeps): LiveStream {
  const { ffmpeg, clock, log, drawSsrc, endInHomeKit } = deps;
  const encoder = audioEncoder(ffmpeg);
  const sessions = new Map<string, Session>();

  /** Never rejects, and may be called again. */
  const end = async (id: string, session = sessions.get(id)) => {
    if (!session) return;
    if (sessions.get(id) === session) sessions.delete(id);
    session.ending.abort();
    await Promise.allSettled([session.media, session.running]);
    await Promise.all(session.sockets.map((socket) => socket[Symbol.asyncDispose]()));
  };

  const bind = async (request: PrepareStreamRequest, sockets: RtpSocket[]): Promise<Media> => {
    const open = async (source: PrepareStreamRequest['video']): Promise<PreparedMedium> => {
      const socket = await openRtpSocket({
        family: request.addressVersion,
        address: request.targetAddress,
        port: source.port,
      });
      sockets.push(socket);
      return { socket, key: { key: source.srtp_key, salt: source.srtp_salt }, ssrc: drawSsrc() };
    };
    return { video: await open(request.video), audio: encoder && (await open(request.audio)) };
  };

  const prepare = async (request: PrepareStreamRequest): Promise<Media> => {
    if (deps.camera.state.privacy) throw new Error('The camera is in privacy mode.');
    checkRequest(request, encoder ? [request.video, request.audio] : [request.video]);
    const id = request.sessionID;
    void end(id);
    const session: Session = { ending: new AbortController(), sockets: [] };
    sessions.set(id, session);
    session.media = bind(request, session.sockets);
    try {
      const media = await session.media;
      if (session.ending.signal.aborted) throw new Error('It was stopped before it began.');
      return media;
    } catch (error) {
      await end(id, session);
      throw error;
    }
  };

  const run = async (id: string, session: Session, request: StartStreamRequest) => {
    const media = await session.media;
    if (!media) return;
    const wish = new VideoWish(wantedVideo(request));
    session.wish = wish;
    const begun = clock.monotonic();
    log.info(`Live view started (${request.video.width}x${request.video.height} asked for).`);
    const why = await runLiveSession({
      ...deps,
      request,
      wish,
      video: media.video,
      audio: media.audio && encoder && { ...media.audio, encoder },
      signal: session.ending.signal,
    });
    const seconds = Math.round((clock.monotonic() - begun) / 1000);
    if (session.ending.signal.aborted) return log.info(`Live view ended after ${seconds} s.`);
    log.info(`Live view ended after ${seconds} s: ${why}`);
    endInHomeKit(id);
  };

  /** Copied pictures stay as the camera sends them; what is encoded follows the wish from its next keyframe on. */
  const change = ({ wish }: Session, video: ReconfigureStreamRequest['video']) => {
    const { width, height, fps, max_bit_rate: kbps } = video;
    log.debug(`The viewer now asks for ${width}x${height}, ${fps} a second, ${kbps} kbit/s.`);
    wish?.change({ width, height, fps, kbps });
  };

  return {
    prepareStream(request, callback) {
      prepare(request)
        .then(
          (media) => {
            const address = addressFor(request);
            callback(undefined, {
              ...(address && { addressOverride: address }),
              video: answer(media.video),
              ...(media.audio && { audio: answer(media.audio) }),
            });
          },
          (error) => {
            log.warn(`Live view could not be prepared: ${reason(error)}`);
            callback(error instanceof Error ? error : new Error(reason(error)));
          },
        )
        .catch((error) => {
          log.warn(`HomeKit did not take the answer for a live view: ${reason(error)}`);
          return end(request.sessionID);
        });
    },

    handleStreamRequest(request, callback) {
      const id = request.sessionID;
      const session = sessions.get(id);
      switch (request.type as string) {
        case STREAM_REQUEST.stop:
          void end(id);
          return callback();
        case STREAM_REQUEST.start: {
          if (!session || !('audio' in request))
            return callback(new Error('This live view was not prepared.'));
          if (!session.running) {
            session.running = run(id, session, request).catch((error) =>
              log.warn(`Live view ended: ${reason(error)}`),
            );
            // Also when it ends by itself: then nobody else closes its sockets.
            void session.running.then(() => end(id, session));
          }
          return callback();
        }
        case STREAM_REQUEST.reconfigure:
          if (session && 'video' in request) change(session, request.video);
          return callback();
        default:
          return callback();
      }
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...sessions.keys()].map((id) => end(id)));
    },
  };
}

/** @throws Error in words for the log, when the request can't be served */
function checkRequest(
  { targetAddress }: PrepareStreamRequest,
  sources: readonly PrepareStreamRequest['video'][],
): void {
  for (const { srtpCryptoSuite, srtp_key, srtp_salt } of sources) {
    if (srtpCryptoSuite !== AES_CM_128_HMAC_SHA1_80) {
      throw new Error('The viewer asked for an encryption that was not offered.');
    }
    if (srtp_key.length !== KEY_BYTES || srtp_salt.length !== SALT_BYTES) {
      throw new Error('The viewer gave an encryption key of the wrong length.');
    }
  }
  // A name would have to be looked up, packet by packet.
  if (!isIP(targetAddress)) throw new Error('The viewer gave no network address.');
}

const wantedVideo = ({ video }: StartStreamRequest): VideoTarget => ({
  ...{ width: video.width, height: video.height, fps: video.fps, kbps: video.max_bit_rate },
  ...{ profile: video.profile, level: video.level },
});

const answer = (medium: PreparedMedium) => ({
  port: medium.socket.port,
  ssrc: medium.ssrc,
  srtp_key: medium.key.key,
  srtp_salt: medium.key.salt,
});

/**
 * The address by which the viewer reached us, where it is of the wanted kind: on a machine with several networks HAP would
 * otherwise name the first address of the interface.
 */
export function addressFor(
  request: Pick<PrepareStreamRequest, 'sourceAddress' | 'addressVersion'>,
): string | undefined {
  const address = request.sourceAddress.replace(/^::ffff:(?=\d+\.)/i, '');
  const wanted = request.addressVersion === 'ipv6' ? 6 : 4;
  // A link-local address says nothing without its interface, which HAP cannot carry.
  return isIP(address) === wanted && !address.includes('%') ? address : undefined;
}
