/** One recording as the hub receives it: chunks become fragments (`dataSend` of a HomeKit Data Stream; HAP specification R2, 7.5). */
import type { DataDictionary } from './data-format.ts';
import { dictionary } from './data-frames.ts';
import type { DataEvent, DataStream } from './data-stream.ts';

/** What ends a recording, in the numbers of HAP. */
export const CLOSE_REASONS = [
  'normal',
  'not-allowed',
  'busy',
  'cancelled',
  'unsupported',
  'unexpected-failure',
  'timeout',
  'bad-data',
  'protocol-error',
  'invalid-configuration',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

export interface RecordedPart {
  /** `init`: ftyp and moov. `fragment`: moof and mdat. */
  type: 'init' | 'fragment';
  /** When its last byte came, in ms since the request. */
  atMs: number;
  data: Buffer;
  /** In how many pieces it came. */
  chunks: number;
}

export class RecordingRefused extends Error {
  readonly reason: CloseReason | undefined;

  constructor(status: number, reason: CloseReason | undefined) {
    super(`The camera refused the recording: ${reason ?? `status ${status}`}.`);
    this.reason = reason;
  }
}

const PROTOCOL = 'dataSend';
const STREAM_ID = 1;

export class HubRecording implements AsyncIterable<RecordedPart>, AsyncDisposable {
  readonly #stream: DataStream;
  /** `performance.now()` of the request. */
  readonly #askedAt = performance.now();
  readonly #forget: () => void;
  readonly parts: RecordedPart[] = [];
  #chunks: Buffer[] = [];
  #wake: (() => void)[] = [];
  #over = false;
  /** Of the camera's close event, when that ended it. */
  closedByCamera: CloseReason | undefined;
  /** True when the camera marked its last fragment as such. */
  endOfStream = false;
  /** What was wrong with what came; then nothing more is taken. */
  failure: Error | undefined;

  private constructor(stream: DataStream) {
    this.#stream = stream;
    this.#forget = stream.onEvent((event) => this.#take(event));
    void stream.closed.then((error) => {
      this.failure ??= error;
      this.#end();
    });
  }

  /** Takes over the stream: it is closed with the recording. @throws RecordingRefused */
  static async open(stream: DataStream, signal?: AbortSignal): Promise<HubRecording> {
    const recording = new HubRecording(stream);
    try {
      const wish = {
        target: 'controller',
        type: 'ipcamera.recording',
        reason: 'record',
        streamId: STREAM_ID,
      };
      const { status, message } = await stream.request(PROTOCOL, 'open', wish);
      if (status !== 0) throw new RecordingRefused(status, reasonOf(message.status));
      const close = () => recording.close();
      signal?.addEventListener('abort', close, { once: true });
      void stream.closed.then(() => signal?.removeEventListener('abort', close));
      if (signal?.aborted) close();
      return recording;
    } catch (error) {
      recording.#end();
      await recording[Symbol.asyncDispose]();
      throw error;
    }
  }

  get init(): RecordedPart | undefined {
    return this.parts.find(({ type }) => type === 'init');
  }

  get fragments(): RecordedPart[] {
    return this.parts.filter(({ type }) => type === 'fragment');
  }

  /** All that came, as one file. */
  get mp4(): Buffer {
    return Buffer.concat(this.parts.map(({ data }) => data));
  }

  /** Whether it is over, whoever ended it. */
  get over(): boolean {
    return this.#over;
  }

  /** All parts from the first on, until the recording is over. @throws Error when what came was no recording */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordedPart> {
    for (let next = 0; ; next += 1) {
      while (next >= this.parts.length && !this.#over) await this.#arrival();
      const part = this.parts[next];
      if (!part) break;
      yield part;
    }
    if (this.failure) throw this.failure;
  }

  /** Waits for this many fragments. @throws Error when it is over before, or takes longer than `withinMs` */
  async received(fragments: number, withinMs = 30_000): Promise<void> {
    const late = AbortSignal.timeout(withinMs);
    while (this.fragments.length < fragments) {
      if (late.aborted || this.#over) throw new Error(`${this.#soFar()} of ${fragments} came.`);
      await this.#arrival(late);
    }
  }

  /** Waits until the recording is over. @throws Error when it takes longer than `withinMs` */
  async ended(withinMs = 30_000): Promise<void> {
    const late = AbortSignal.timeout(withinMs);
    while (!this.#over) {
      if (late.aborted) throw new Error(`The recording did not end; ${this.#soFar()} came.`);
      await this.#arrival(late);
    }
  }

  /** Ends it as a hub does; the data stream stays open until it is disposed of. */
  close(reason: CloseReason = 'normal'): void {
    if (this.#over) return;
    this.#stream.event(PROTOCOL, 'close', { streamId: STREAM_ID, reason: CLOSE_REASONS.indexOf(reason) });
    this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#stream[Symbol.asyncDispose]();
  }

  #take({ protocol, topic, message, at }: DataEvent): void {
    if (this.#over || protocol !== PROTOCOL || message.streamId !== STREAM_ID) return;
    try {
      if (topic === 'data') this.#takeData(message, at - this.#askedAt);
      if (topic === 'close') {
        this.closedByCamera = reasonOf(message.reason);
        this.#end();
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.close('bad-data');
    }
    for (const wake of this.#wake.splice(0)) wake();
  }

  #takeData(message: DataDictionary, atMs: number): void {
    const packets = Array.isArray(message.packets) ? message.packets : [];
    for (const packet of packets) {
      const { data, metadata } = dictionary(packet);
      if (!Buffer.isBuffer(data)) throw new Error('A packet of the recording has no data.');
      this.#takeChunk(data, dictionary(metadata), atMs);
    }
    if (message.endOfStream !== true) return;
    this.endOfStream = true;
    this.#stream.event(PROTOCOL, 'ack', { streamId: STREAM_ID, endOfStream: true });
    this.#end();
  }

  #takeChunk(data: Buffer, metadata: DataDictionary, atMs: number): void {
    const { dataType, dataSequenceNumber, dataChunkSequenceNumber, isLastDataChunk } = metadata;
    const expected = [this.parts.length + 1, this.#chunks.length + 1];
    if (dataSequenceNumber !== expected[0] || dataChunkSequenceNumber !== expected[1])
      throw new Error(
        `Chunk ${dataSequenceNumber}.${dataChunkSequenceNumber} came instead of ${expected.join('.')}.`,
      );
    this.#chunks.push(data);
    if (isLastDataChunk !== true) return;
    const whole = Buffer.concat(this.#chunks);
    const type = dataType === 'mediaInitialization' ? 'init' : 'fragment';
    this.parts.push({ type, atMs, data: whole, chunks: this.#chunks.length });
    this.#chunks = [];
  }

  #soFar(): string {
    const why = this.failure?.message ?? this.closedByCamera;
    return `${this.fragments.length} fragments${why ? ` (${why})` : ''}`;
  }

  #arrival(late?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
      late?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #end(): void {
    this.#over = true;
    this.#forget();
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function reasonOf(value: unknown): CloseReason | undefined {
  return CLOSE_REASONS[Number(value)];
}
