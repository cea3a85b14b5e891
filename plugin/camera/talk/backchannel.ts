/** The backchannel of a camera: ONVIF Profile T, Streaming Specification 5.3, over interleaved RTSP. */
import { atMost, type Clock } from '../../system/clock.ts';
import { parseRtspUrl } from '../rtsp/rtsp-address.ts';
import { connectRtsp, type RtspClient } from '../rtsp/rtsp-client.ts';
import { RtspRefusal } from '../rtsp/rtsp-error.ts';
import type { RtspResponse } from '../rtsp/rtsp-responses.ts';
import {
  type BackchannelDescription,
  type BackchannelTrack,
  controlUrl,
  readBackchannel,
} from './backchannel-sdp.ts';
import { createRtpPackets } from './rtp-packets.ts';
import { byUdpAlone, inTalkWords, noBackchannel } from './talk-problem.ts';

export interface BackchannelOptions {
  /** RTSP URL of the stream, with user and password. */
  url: string;
  clock: Clock;
  /** Gives up while it is being opened. */
  signal: AbortSignal;
}

/** Open for speech. Disposing it says goodbye to the camera. */
export interface Backchannel extends AsyncDisposable {
  readonly track: BackchannelTrack;
  /** Sends one RTP payload that lasts `ticks` samples. */
  send(payload: Buffer, ticks: number, marker: boolean): void;
  /** Resolves, never rejects, when the camera ended it: with why. */
  readonly closed: Promise<string | undefined>;
}

const REQUIRE = { Require: 'www.onvif.org/ver20/backchannel' } as const;
const isAbsolute = (url: string) => /^rtsps?:\/\//i.test(url);
const DEFAULT_TIMEOUT_S = 60;
/** What is granted beyond is not relied on: some cameras write nonsense there. */
const TIMEOUT_S = { min: 5, max: 300 } as const;
const GOODBYE_MS = 1000;

/**
 * Asks the camera, by one DESCRIBE, and hangs up.
 * @throws ProblemError `no-backchannel` when it has none that we can speak; others when it could not be asked
 */
export async function findBackchannel(options: BackchannelOptions): Promise<BackchannelTrack> {
  try {
    using asked = await describe(options);
    return asked.track;
  } catch (error) {
    throw inTalkWords(error);
  }
}

/** @throws ProblemError in words, whatever the camera does */
export async function openBackchannel(options: BackchannelOptions): Promise<Backchannel> {
  try {
    return await open(options, false);
  } catch (error) {
    if (!(error instanceof RtspRefusal) || !mayWantPicture(error)) throw inTalkWords(error);
    return open(options, true).catch(() => Promise.reject(inTalkWords(error)));
  }
}

/** Some cameras play no session without a picture in it, and say so in many ways; these say something else. */
const mayWantPicture = ({ method, status }: RtspRefusal) =>
  (method === 'SETUP' || method === 'PLAY') && ![401, 453, 461, 503].includes(status);

interface Described extends Disposable {
  client: RtspClient;
  /** What relative URLs are relative to. */
  base: string;
  description: BackchannelDescription;
  track: BackchannelTrack;
  /** From now on only disposing closes the connection. */
  keep(): void;
}

async function describe({ url, clock, signal }: BackchannelOptions): Promise<Described> {
  const address = parseRtspUrl(url);
  const ending = new AbortController();
  const giveUp = () => ending.abort();
  signal.addEventListener('abort', giveUp, { once: true });
  const keep = () => signal.removeEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  try {
    const client = await connectRtsp({ address, clock, signal: ending.signal });
    const answer = await client.request('DESCRIBE', address.url, { Accept: 'application/sdp', ...REQUIRE });
    const description = readBackchannel(answer.body);
    const { track } = description;
    if (!track) throw noBackchannel(description.offered);
    const end = () => {
      keep();
      client[Symbol.dispose]();
    };
    return { client, base: baseOf(answer, address.url), description, track, keep, [Symbol.dispose]: end };
  } catch (error) {
    keep();
    ending.abort();
    throw error;
  }
}

function baseOf({ headers }: RtspResponse, asked: string): string {
  const named = headers.get('content-base')?.[0] ?? headers.get('content-location')?.[0] ?? '';
  return isAbsolute(named) ? controlUrl('', named) : asked;
}

async function open(options: BackchannelOptions, withPicture: boolean): Promise<Backchannel> {
  const described = await describe(options);
  try {
    return await play(described, withPicture, options.clock);
  } catch (error) {
    described[Symbol.dispose]();
    throw error;
  }
}

async function play(described: Described, withPicture: boolean, clock: Clock): Promise<Backchannel> {
  const { client, base, description, track } = described;
  const session: { id: string | undefined; timeoutS: number } = {
    id: undefined,
    timeoutS: DEFAULT_TIMEOUT_S,
  };
  const inSession = () => ({ ...REQUIRE, ...(session.id !== undefined && { Session: session.id }) });
  const setUp = async (control: string, first: number) => {
    const Transport = `RTP/AVP/TCP;unicast;interleaved=${first}-${first + 1}`;
    const answer = await client.request('SETUP', controlUrl(base, control), { Transport, ...inSession() });
    const [, id, timeout] =
      /^([^;\s]+)(?:.*timeout=(\d+))?/i.exec(answer.headers.get('session')?.[0] ?? '') ?? [];
    session.id ??= id;
    if (Number(timeout) > 0)
      session.timeoutS = Math.min(Math.max(Number(timeout), TIMEOUT_S.min), TIMEOUT_S.max);
    return readTransport(answer.headers.get('transport')?.[0] ?? '', first);
  };
  if (withPicture && description.video !== undefined) await setUp(description.video, 0);
  const transport = await setUp(track.control, withPicture ? 2 : 0);
  const own = description.session ?? '';
  const aggregate = isAbsolute(own) ? controlUrl('', own) : base;
  await client.request('PLAY', aggregate, inSession());
  described.keep();

  const packet = createRtpPackets({ payloadType: track.payloadType, ssrc: transport.ssrc });
  let cancel = () => {};
  const stayAlive = () => {
    cancel = clock.after((session.timeoutS * 1000) / 2, () => {
      // A camera that does not answer has closed the connection, or will; one that refuses still hears us.
      client.request('OPTIONS', aggregate, inSession()).then(stayAlive, stayAlive);
    });
  };
  stayAlive();
  void client.closed.then(() => cancel());
  let ending: Promise<void> | undefined;
  const end = async () => {
    const goodbye = client.request('TEARDOWN', aggregate, inSession()).then(
      () => {},
      () => {},
    );
    await atMost(clock, GOODBYE_MS, goodbye);
    cancel();
    described[Symbol.dispose]();
    await client.closed;
  };
  return {
    track,
    closed: client.closed,
    send: (payload, ticks, marker) => client.send(transport.channel, packet(payload, ticks, marker)),
    [Symbol.asyncDispose]() {
      ending ??= end();
      return ending;
    },
  };
}

/** Channel and SSRC that the camera chose. Some call interleaved packets `RTP/AVP`, without `/TCP`. */
function readTransport(header: string, asked: number): { channel: number; ssrc: number | undefined } {
  const channel = /interleaved=(\d{1,3})/i.exec(header)?.[1];
  if (channel === undefined && !/TCP/i.test(header)) throw byUdpAlone();
  const ssrc = /ssrc=([0-9a-f]{1,8})\b/i.exec(header)?.[1];
  return {
    channel: Math.min(Number(channel ?? asked), 255),
    ssrc: ssrc === undefined ? undefined : Number.parseInt(ssrc, 16),
  };
}
