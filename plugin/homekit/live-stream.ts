/** HomeKit's side of live view: prepares, starts and stops sessions. */
import { isIP } from 'node:net';
import type {
  CameraStreamingOptions,
  PrepareStreamCallback,
  PrepareStreamRequest,
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
import type { AudioEncoder } from './live-args.ts';
import { type LiveSessionDeps, type PreparedMedium, runLiveSession } from './live-session.ts';
import { openRtpSocket } from './rtp-socket.ts';

/** As many viewers at a time as the large plugins allow; copying costs next to nothing. */
export const STREAM_COUNT = 10;

export interface LiveStreamDeps extends LiveSessionDeps {
  /** Draws the number that marks a stream's packets (`CameraController.generateSynchronisationSource`). */
  drawSsrc: () => number;
  /** Tells HomeKit that a session has ended by itself; it answers with a stop. */
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

/** What the camera offers to HomeKit. It depends on this machine alone, never on what a camera happens to send. */
export function streamingOptions(encoder: AudioEncoder | undefined): CameraStreamingOptions {
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

interface Session extends AsyncDisposable {
  readonly video: PreparedMedium;
  readonly audio: PreparedMedium | undefined;
  readonly signal: AbortSignal;
  running?: Promise<void>;
}

export function createLiveStream(deps: LiveStreamDeps): LiveStream {
  const { ffmpeg, clock, log, drawSsrc, endInHomeKit } = deps;
  const encoder = audioEncoder(ffmpeg);
  const sessions = new Map<string, Session>();

  const prepare = async (request: PrepareStreamRequest) => {
    const suites = [request.video.srtpCryptoSuite, encoder && request.audio.srtpCryptoSuite];
    if (suites.some((suite) => suite !== undefined && suite !== AES_CM_128_HMAC_SHA1_80)) {
      throw new Error('The viewer asked for an encryption that was not offered.');
    }
    // A name would have to be looked up, packet by packet.
    if (!isIP(request.targetAddress)) throw new Error('The viewer gave no network address.');
    const open = async (source: PrepareStreamRequest['video']): Promise<PreparedMedium> => ({
      socket: await openRtpSocket({
        family: request.addressVersion,
        address: request.targetAddress,
        port: source.port,
      }),
      key: { key: source.srtp_key, salt: source.srtp_salt },
      ssrc: drawSsrc(),
    });
    const video = await open(request.video);
    const audio = encoder && (await open(request.audio));
    const ending = new AbortController();
    const session: Session = {
      video,
      audio,
      signal: ending.signal,
      async [Symbol.asyncDispose]() {
        ending.abort();
        await session.running;
        await video.socket[Symbol.asyncDispose]();
        await audio?.socket[Symbol.asyncDispose]();
      },
    };
    return session;
  };

  const answer = (medium: PreparedMedium) => ({
    port: medium.socket.port,
    ssrc: medium.ssrc,
    srtp_key: medium.key.key,
    srtp_salt: medium.key.salt,
  });

  const end = async (id: string) => {
    const session = sessions.get(id);
    sessions.delete(id);
    await session?.[Symbol.asyncDispose]();
  };

  const run = async (
    id: string,
    session: Session,
    request: Parameters<typeof runLiveSession>[0]['request'],
  ) => {
    const begun = clock.monotonic();
    log.info(`Live view started (${request.video.width}x${request.video.height} asked for).`);
    const why = await runLiveSession({
      ...deps,
      request,
      video: session.video,
      audio: session.audio && encoder && { ...session.audio, encoder },
      signal: session.signal,
    });
    const seconds = Math.round((clock.monotonic() - begun) / 1000);
    if (session.signal.aborted) return log.info(`Live view ended after ${seconds} s.`);
    log.info(`Live view ended after ${seconds} s: ${why}`);
    endInHomeKit(id);
  };

  return {
    prepareStream(request, callback) {
      prepare(request).then(
        (session) => {
          sessions.set(request.sessionID, session);
          const address = addressFor(request);
          callback(undefined, {
            ...(address && { addressOverride: address }),
            video: answer(session.video),
            ...(session.audio && { audio: answer(session.audio) }),
          });
        },
        (error) => {
          log.warn(`Live view could not be prepared: ${reason(error)}`);
          callback(error instanceof Error ? error : new Error(reason(error)));
        },
      );
    },

    handleStreamRequest(request, callback) {
      const session = sessions.get(request.sessionID);
      switch (request.type as string) {
        case STREAM_REQUEST.stop:
          void end(request.sessionID);
          return callback();
        case STREAM_REQUEST.start: {
          if (!session || !('audio' in request))
            return callback(new Error('This live view was not prepared.'));
          session.running ??= run(request.sessionID, session, request);
          return callback();
        }
        default:
          // A change of size or bit rate in mid-stream: copied pictures stay as the camera sends them.
          return callback();
      }
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...sessions.keys()].map(end));
    },
  };
}

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
