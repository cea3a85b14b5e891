/** Proves that received SRTP is what it should be: ffmpeg itself decrypts and decodes it, told only what HomeKit was told. */
import { createSocket } from 'node:dgram';
import { startChild } from '../../plugin/system/child.ts';
import { PAYLOAD_TYPE, type ReceivedMedium } from '../../simulator/homekit/live-view.ts';

export interface Decoded {
  /** Decoded pictures, or runs of sound. */
  frames: number;
  /** Of the pictures; undefined for sound. */
  width?: number;
  height?: number;
  /** Total length of the decoded sound in seconds. */
  seconds: number;
}

/**
 * Feeds what arrives from now on, and all that came before, to ffmpeg until it has decoded `frames`.
 *
 * @throws when that takes longer than `withinMs`; the error holds ffmpeg's last words
 */
export async function decodeVideo(
  medium: ReceivedMedium,
  frames: number,
  withinMs = 30_000,
): Promise<Decoded> {
  const rtpmap = `a=rtpmap:${PAYLOAD_TYPE.video} H264/90000`;
  return decode(medium, { media: `video`, payloadType: PAYLOAD_TYPE.video, rtpmap }, frames, withinMs);
}

/** The same for Opus; HomeKit's RTP clock is the sample rate, which ffmpeg is told to take as it is. */
export async function decodeOpus(
  medium: ReceivedMedium,
  frames: number,
  withinMs = 30_000,
): Promise<Decoded> {
  const rtpmap = `a=rtpmap:${PAYLOAD_TYPE.audio} opus/48000/2`;
  return decode(medium, { media: 'audio', payloadType: PAYLOAD_TYPE.audio, rtpmap }, frames, withinMs);
}

interface Description {
  media: 'video' | 'audio';
  payloadType: number;
  rtpmap: string;
}

async function decode(
  medium: ReceivedMedium,
  description: Description,
  frames: number,
  withinMs: number,
): Promise<Decoded> {
  const port = await freePortPair();
  const inline = Buffer.concat([medium.key.key, medium.key.salt]).toString('base64');
  const sdp = [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=${description.media} ${port} RTP/SAVP ${description.payloadType}`,
    description.rtpmap,
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${inline}`,
    '',
  ].join('\r\n');
  const input = [
    '-analyzeduration',
    '500000',
    '-protocol_whitelist',
    'pipe,udp,rtp,srtp,crypto,data',
    '-f',
    'sdp',
    '-i',
    'pipe:0',
  ];
  await using child = startChild(
    'ffmpeg',
    [
      '-hide_banner',
      '-loglevel',
      'warning',
      '-nostats',
      ...input,
      '-f',
      'framemd5',
      '-flush_packets',
      '1',
      'pipe:1',
    ],
    { stdin: true, outputs: 1 },
  );
  child.stdin?.end(sdp);
  const counter = new FrameCounter();
  const enough = new Promise<void>((resolve) => {
    child.outputs[0]?.setEncoding('utf8').on('data', (text: string) => {
      if (counter.push(text) >= frames) resolve();
    });
  });
  const late = AbortSignal.timeout(withinMs);
  const timeout = new Promise<'late'>((resolve) => late.addEventListener('abort', () => resolve('late')));
  const stopFeeding = feed(medium, port);
  try {
    const outcome = await Promise.race([enough, timeout, child.exited]);
    if (counter.frames >= frames) return counter;
    const { stderrTail } = outcome === 'late' ? await child.stop() : await child.exited;
    throw new Error(
      `${counter.frames} of ${frames} frames decoded from ${medium.packets.length} packets.\n${stderrTail.join('\n')}`,
    );
  } finally {
    stopFeeding();
  }
}

/**
 * Gives ffmpeg every packet from the first on. Until it has opened its port the packets are lost, so all of them come again
 * and again, at a pace that its buffer can take, until it is known to listen.
 */
function feed(medium: ReceivedMedium, port: number): () => void {
  const socket = createSocket('udp4');
  let next = 0;
  let refused = false;
  socket.on('error', () => {
    refused = true;
  });
  // A connected socket learns that nobody listens yet.
  const ready = new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  const step = () => {
    if (refused) {
      refused = false;
      next = 0;
    }
    for (const packet of medium.packets.slice(next, next + 40)) socket.send(packet, () => {});
    next = Math.min(medium.packets.length, next + 40);
  };
  let timer: NodeJS.Timeout | undefined;
  void ready.then(() => {
    timer = setInterval(step, 20);
  });
  return () => {
    clearInterval(timer);
    socket.close();
  };
}

/** Reads ffmpeg's `framemd5` lines: `stream, dts, pts, duration, size, hash`, after `#` lines with the facts. */
class FrameCounter implements Decoded {
  frames = 0;
  seconds = 0;
  width?: number;
  height?: number;
  #rest = '';
  #timeBase = 0;

  push(text: string): number {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    return this.frames;
  }

  #line(line: string): void {
    const size = /^#dimensions 0: (\d+)x(\d+)/.exec(line);
    if (size) {
      this.width = Number(size[1]);
      this.height = Number(size[2]);
    }
    const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (base) this.#timeBase = Number(base[1]) / Number(base[2]);
    if (line === '' || line.startsWith('#')) return;
    this.frames++;
    this.seconds += Number(line.split(',')[3]) * this.#timeBase;
  }
}

/** An even port whose successor is free, too: ffmpeg wants RTCP there. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const first = createSocket('udp4');
    const second = createSocket('udp4');
    try {
      await bind(first, 0);
      const { port } = first.address();
      if (port % 2 !== 0 || port === 65534) continue;
      await bind(second, port + 1);
      return port;
    } catch {
      // Taken: draw again.
    } finally {
      first.close();
      second.close();
    }
  }
}

function bind(socket: ReturnType<typeof createSocket>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', resolve);
  });
}
