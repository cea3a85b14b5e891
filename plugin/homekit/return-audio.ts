/**
 * What one viewer says, on its way to the camera: decrypted, put in order, decoded, and given to the camera's loudspeaker while
 * somebody speaks. Trouble with it is logged and never reaches the picture.
 */
import type { Camera, TalkSession } from '../camera/contract.ts';
import { createResampler } from '../camera/talk/resample.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { type Log, withoutSecrets } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { AudioEncoder } from './live-args.ts';
import { returnCodec } from './return-codec.ts';
import { RETURN_SAMPLE_RATE, type ReturnDecoder, startReturnDecoder } from './return-decoder.ts';
import { isRtcp, ReturnOrder, readReturnPacket } from './return-packets.ts';
import { Speech } from './speech.ts';
import type { MasterKey } from './srtp.ts';
import { createSrtpReceiver } from './srtp-receiver.ts';

export interface ReturnAudioOptions {
  camera: Pick<Camera, 'talk'>;
  encoder: AudioEncoder;
  /** Samples a second that were agreed with the viewer. */
  sampleRate: 16000 | 24000;
  /** RTP payload type of the speech; comfort noise has another. */
  payloadType: number;
  key: MasterKey;
  /** Path of the ffmpeg program. */
  ffmpeg: string;
  startChild: StartChild;
  clock: Clock;
  log: Log;
}

export interface ReturnAudio extends AsyncDisposable {
  /** Takes each packet that comes to the port of the sound. */
  take(packet: Buffer): void;
  /** Whether the camera's loudspeaker says something of this viewer just now. */
  readonly speaking: boolean;
}

/** Kept while nobody speaks, so that the first sound of a word is not cut. */
const BEFORE_SPEECH_MS = 200;
/** Kept while the camera is being called. */
const WHILE_CALLING_MS = 1000;
/** A camera whose loudspeaker is not needed is free for somebody else. */
const IDLE_MS = 15_000;
const WATCH_EVERY_MS = 1000;
/** After a refusal, or when the camera hung up. */
const CALL_AGAIN_MS = 3000;

const BYTES_PER_MS = (RETURN_SAMPLE_RATE * 2) / 1000;
/** What is told speech or silence at once: 20 ms, as a packet is long. */
const PIECE_BYTES = 20 * BYTES_PER_MS;

export function createReturnAudio(options: ReturnAudioOptions): ReturnAudio {
  const { camera, encoder, payloadType, key, ffmpeg, startChild, clock, log } = options;
  const srtp = createSrtpReceiver(key);
  const codec = returnCodec(encoder, options.sampleRate);
  const speech = new Speech();
  const ending = new AbortController();
  const said = new Set<string>();
  let order = new ReturnOrder();
  let decoder: ReturnDecoder | undefined;
  let broken = false;
  let heardAt = Number.NEGATIVE_INFINITY;
  let spokenAt = Number.NEGATIVE_INFINITY;
  let session: { talk: TalkSession; resample: (pcm: Buffer) => Buffer } | undefined;
  let calling: Promise<void> | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;
  let waiting: Buffer[] = [];
  const closing = new Set<Promise<unknown>>();

  const say = (what: string) => {
    if (said.has(what) || ending.signal.aborted) return;
    said.add(what);
    log.warn(what);
  };

  const close = (part: AsyncDisposable | undefined) => {
    const closed = Promise.resolve(part?.[Symbol.asyncDispose]()).catch(() => {});
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  };

  const hangUp = () => {
    close(session?.talk);
    session = undefined;
  };

  const call = async () => {
    try {
      const talk = await camera.talk({ signal: ending.signal });
      session = { talk, resample: createResampler(RETURN_SAMPLE_RATE, talk.sampleRate) };
      for (const pcm of waiting.splice(0)) talk.write(session.resample(pcm));
      void talk.ended.then((why) => {
        if (session?.talk !== talk) return;
        session = undefined;
        notBefore = clock.monotonic() + CALL_AGAIN_MS;
        if (why !== undefined) say(`Speaking through the camera was ended: ${withoutSecrets(why)}.`);
      });
    } catch (error) {
      notBefore = clock.monotonic() + CALL_AGAIN_MS;
      say(`Nobody at the door hears what is said: ${withoutSecrets(reason(error))}`);
    } finally {
      calling = undefined;
    }
  };

  /** After a slow start the program gives much at once, of which a part may be speech. */
  const onPcm = (pcm: Buffer) => {
    for (let at = 0; at < pcm.length; at += PIECE_BYTES) onPiece(pcm.subarray(at, at + PIECE_BYTES));
  };

  const onPiece = (pcm: Buffer) => {
    const now = clock.monotonic();
    speech.hear(pcm, now);
    if (speech.isOn(now)) spokenAt = now;
    if (session) return session.talk.write(session.resample(pcm));
    waiting.push(pcm);
    trim(waiting, calling ? WHILE_CALLING_MS : BEFORE_SPEECH_MS);
    if (speech.isOn(now) && !calling && now >= notBefore && !ending.signal.aborted) calling = call();
  };

  const decode = (): ReturnDecoder => {
    const started = startReturnDecoder({ ffmpeg, startChild, encoder, codec, onPcm });
    void started.exited.then(({ error, stderrTail }) => {
      if (decoder !== started) return;
      decoder = undefined;
      broken = true;
      say(`What is said cannot be decoded: ${withoutSecrets(error?.message ?? stderrTail.join(' '))}`);
    });
    return started;
  };

  const watch = () => {
    const now = clock.monotonic();
    if (session && now - spokenAt > IDLE_MS) hangUp();
    if (decoder && now - heardAt > IDLE_MS) {
      close(decoder);
      decoder = undefined;
      order = new ReturnOrder();
      waiting = [];
    }
    cancelWatch = decoder || session ? clock.after(WATCH_EVERY_MS, watch) : undefined;
  };
  let cancelWatch: (() => void) | undefined;

  return {
    get speaking() {
      return session !== undefined && speech.isOn(clock.monotonic());
    },
    take(packet) {
      if (broken || ending.signal.aborted || isRtcp(packet)) return;
      const plain = srtp.rtp(packet);
      const read = plain && readReturnPacket(plain);
      if (!read || read.payloadType !== payloadType) return;
      const payloads = order.push(read.sequence, read.payload);
      // A viewer who says nothing may send that, too; it needs no program.
      if (!decoder && payloads.every((payload) => codec.frames(payload).length === 0)) return;
      heardAt = clock.monotonic();
      decoder ??= decode();
      for (const payload of payloads) decoder.write(payload);
      cancelWatch ??= clock.after(WATCH_EVERY_MS, watch);
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      cancelWatch?.();
      hangUp();
      close(decoder);
      decoder = undefined;
      await calling;
      hangUp();
      await Promise.all(closing);
    },
  };
}

/** Drops the oldest until no more than this is left. */
function trim(pcm: Buffer[], ms: number): void {
  let bytes = pcm.reduce((sum, { length }) => sum + length, 0);
  for (let first = pcm[0]; first && bytes - first.length > ms * BYTES_PER_MS; first = pcm[0]) {
    bytes -= first.length;
    pcm.shift();
  }
}
