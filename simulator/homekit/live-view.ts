/** The viewer's half of a live view: sets it up, receives SRTP on ports of its own, answers with RTCP, and stops it. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { createSrtpSender, type MasterKey } from '../../plugin/homekit/srtp.ts';
import { decodeTlv, encodeTlv, f32, u16, u32 } from './tlv.ts';

export interface LiveWish {
  width?: number;
  height?: number;
  fps?: number;
  kbps?: number;
  sampleRate?: 16 | 24;
  /** Length of an audio packet in ms; 60 is what a hub asks for on behalf of a viewer outside. */
  packetMs?: 20 | 60;
  /** Which of the camera's streams; default the first. */
  stream?: number;
  /** Sends receiver reports, as a viewer who still looks. Default true. */
  answer?: boolean;
}

export interface Wire {
  /** `aid.iid` of the stream's characteristics. */
  setup: string;
  select: string;
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

const COMMAND = { end: 0, start: 1 } as const;
const REPORT_EVERY_MS = 500;
const SPEECH_MS = 20;
export const PAYLOAD_TYPE = { video: 99, audio: 110 } as const;

/** One medium of a live view, as received. */
export class ReceivedMedium implements AsyncDisposable {
  readonly key: MasterKey = { key: randomBytes(16), salt: randomBytes(14) };
  readonly #socket: Socket;
  /** SRTP packets, oldest first; still encrypted. */
  readonly packets: Buffer[] = [];
  /** SRTCP packets from the camera. */
  reports = 0;
  /** `performance.now()` of the first RTP packet. */
  firstAt: number | undefined;
  onPacket: ((packet: Buffer) => void) | undefined;
  #arrived: (() => void)[] = [];
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet: Buffer) => this.#take(packet));
  }

  static async open(): Promise<ReceivedMedium> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new ReceivedMedium(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(packet: Buffer, port: number): void {
    this.#socket.send(packet, port, '127.0.0.1');
  }

  /** Waits until this many RTP packets have come. */
  async received(count: number, withinMs = 30_000): Promise<void> {
    const deadline = AbortSignal.timeout(withinMs);
    while (this.packets.length < count) {
      if (deadline.aborted) throw new Error(`${this.packets.length} of ${count} packets came.`);
      await new Promise<void>((resolve) => {
        this.#arrived.push(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #take(packet: Buffer): void {
    // RTP and RTCP share the port: packet types 200 to 204 look like payload types 72 to 76 (RFC 5761, section 4).
    const type = packet.readUInt8(1) & 0x7f;
    if (type >= 72 && type <= 76) this.reports++;
    else {
      this.firstAt ??= performance.now();
      this.packets.push(packet);
    }
    this.onPacket?.(packet);
    for (const wake of this.#arrived.splice(0)) wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

export class LiveView implements AsyncDisposable {
  readonly video: ReceivedMedium;
  readonly audio: ReceivedMedium;
  /** `performance.now()` when the set-up request was sent. */
  readonly begunAt: number;
  readonly #wire: Wire;
  readonly #id: Buffer;
  #ports = { video: 0, audio: 0 };
  #sampleRate = 16_000;
  /** Packets of speech so far, and their SSRC. */
  #spoken = 0;
  readonly #source = randomBytes(4).readUInt32BE();
  #reporting: NodeJS.Timeout | undefined;
  #over = false;

  private constructor(wire: Wire, id: Buffer, video: ReceivedMedium, audio: ReceivedMedium, begunAt: number) {
    this.#wire = wire;
    this.#id = id;
    this.video = video;
    this.audio = audio;
    this.begunAt = begunAt;
  }

  static async start(wish: LiveWish, wire: Wire): Promise<LiveView> {
    const id = randomBytes(16);
    const video = await ReceivedMedium.open();
    const audio = await ReceivedMedium.open();
    const view = new LiveView(wire, id, video, audio, performance.now());
    try {
      view.#ports = await view.#setUp();
      view.#sampleRate = (wish.sampleRate ?? 16) * 1000;
      await wire.write(wire.select, view.#startRequest(wish).toString('base64'));
      if (wish.answer ?? true) view.#report(view.#ports);
      return view;
    } catch (error) {
      await view[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Time from the set-up request to the first video packet, in ms. */
  get firstVideoMs(): number | undefined {
    return this.video.firstAt === undefined ? undefined : this.video.firstAt - this.begunAt;
  }

  /**
   * Speaks into the phone: sends Opus packets of 20 ms in real time, as HomeKit does.
   * @returns when each packet was sent, in epoch ms
   */
  async speak(packets: readonly Buffer[]): Promise<number[]> {
    const srtp = createSrtpSender(this.audio.key);
    const begun = performance.now();
    const times: number[] = [];
    for (const [index, payload] of packets.entries()) {
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, begun + index * SPEECH_MS - performance.now())),
      );
      if (this.#over) break;
      this.audio.send(srtp.rtp(this.#speech(payload)), this.#ports.audio);
      times.push(performance.timeOrigin + performance.now());
    }
    return times;
  }

  /** One packet of speech; the RTP clock is that of the sample rate, as HomeKit has it. */
  #speech(payload: Buffer): Buffer {
    const header = Buffer.alloc(12);
    header.writeUInt16BE(0x8000 | PAYLOAD_TYPE.audio, 0);
    header.writeUInt16BE(this.#spoken & 0xffff, 2);
    header.writeUInt32BE((this.#spoken * this.#sampleRate * SPEECH_MS) / 1000, 4);
    header.writeUInt32BE(this.#source, 8);
    this.#spoken += 1;
    return Buffer.concat([header, payload]);
  }

  async stop(): Promise<void> {
    clearInterval(this.#reporting);
    if (this.#over) return;
    this.#over = true;
    const control = encodeTlv([1, this.#id], [2, COMMAND.end]);
    await this.#wire.write(this.#wire.select, encodeTlv([1, control]).toString('base64'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A session that the camera has ended refuses the stop.
    await this.stop().catch(() => {});
    await this.video[Symbol.asyncDispose]();
    await this.audio[Symbol.asyncDispose]();
  }

  async #setUp(): Promise<{ video: number; audio: number }> {
    const srtp = ({ key }: ReceivedMedium) => encodeTlv([1, 0], [2, key.key], [3, key.salt]);
    const address = encodeTlv([1, 0], [2, '127.0.0.1'], [3, u16(this.video.port)], [4, u16(this.audio.port)]);
    const request = encodeTlv([1, this.#id], [3, address], [4, srtp(this.video)], [5, srtp(this.audio)]);
    await this.#wire.write(this.#wire.setup, request.toString('base64'));
    const reply = decodeTlv(Buffer.from(String(await this.#wire.read(this.#wire.setup)), 'base64'));
    const status = reply.get(2)?.readUInt8(0);
    if (status !== 0) throw new Error(`Setting up the live view gave status ${status}.`);
    const ours = decodeTlv(reply.get(3) ?? Buffer.alloc(0));
    return { video: ours.get(3)?.readUInt16LE(0) ?? 0, audio: ours.get(4)?.readUInt16LE(0) ?? 0 };
  }

  #startRequest(wish: LiveWish): Buffer {
    const { width = 1280, height = 720, fps = 30, kbps = 1000, sampleRate = 16, packetMs = 20 } = wish;
    const video = encodeTlv(
      [1, 0],
      [2, encodeTlv([1, 1], [2, 2], [3, 0])],
      [3, encodeTlv([1, u16(width)], [2, u16(height)], [3, fps])],
      [4, rtp(PAYLOAD_TYPE.video, kbps, 0.5, [5, u16(1378)])],
    );
    const opus = 3;
    const audio = encodeTlv(
      [1, opus],
      [2, encodeTlv([1, 1], [2, 0], [3, sampleRate === 24 ? 2 : 1], [4, packetMs])],
      [3, rtp(PAYLOAD_TYPE.audio, 24, 5, [6, 13])],
      [4, 0],
    );
    return encodeTlv([1, encodeTlv([1, this.#id], [2, COMMAND.start])], [2, video], [3, audio]);
  }

  /** Receiver reports without a report block (RFC 3550, 6.4.2): enough to say "I am still here". */
  #report(ports: { video: number; audio: number }): void {
    const senders = [
      { medium: this.video, port: ports.video, srtp: createSrtpSender(this.video.key) },
      { medium: this.audio, port: ports.audio, srtp: createSrtpSender(this.audio.key) },
    ];
    const packet = Buffer.alloc(8);
    packet.set([0x80, 201, 0, 1]);
    packet.writeUInt32BE(randomBytes(4).readUInt32BE(), 4);
    this.#reporting = setInterval(() => {
      for (const { medium, port, srtp } of senders) medium.send(srtp.rtcp(packet), port);
    }, REPORT_EVERY_MS);
  }
}

function rtp(payloadType: number, kbps: number, interval: number, last: [number, Buffer | number]): Buffer {
  return encodeTlv(
    [1, payloadType],
    [2, u32(randomBytes(4).readUInt32LE())],
    [3, u16(kbps)],
    [4, f32(interval)],
    last,
  );
}
