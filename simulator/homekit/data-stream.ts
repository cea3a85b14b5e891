/** The controller's end of a HomeKit Data Stream (HAP specification R2, chapter 7): a TCP connection beside the HAP session. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { reason } from '../../plugin/system/problem.ts';
import { CHARACTERISTIC, type HomeKitController, SERVICE } from './controller.ts';
import type { DataDictionary } from './data-format.ts';
import {
  type DataMessage,
  deriveStreamKeys,
  FrameOpener,
  FrameSealer,
  type StreamKeys,
} from './data-frames.ts';
import { decodeTlv, encodeTlv } from './tlv.ts';

export interface DataEvent {
  protocol: string;
  topic: string;
  message: DataDictionary;
  /** `performance.now()` of its arrival. */
  at: number;
}

export interface DataReply {
  /** 0 where the request was granted; 6 where `message.status` says more. */
  status: number;
  message: DataDictionary;
}

const START_SESSION = 0;
const HOMEKIT_DATA_STREAM = 0;
const SALT_BYTES = 32;
const REPLY_MS = 10_000;

export class DataStream implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #sealer: FrameSealer;
  readonly #opener: FrameOpener;
  readonly #replies = new Map<number, { resolve(reply: DataReply): void; reject(error: Error): void }>();
  readonly #listeners = new Set<(event: DataEvent) => void>();
  #requests = 0;
  /** Resolves, never rejects, when the connection is over; with an error when it was not ended by one of both sides. */
  readonly closed: Promise<Error | undefined>;

  private constructor(socket: Socket, keys: StreamKeys) {
    this.#socket = socket;
    this.#sealer = new FrameSealer(keys.toAccessory);
    this.#opener = new FrameOpener(keys.fromAccessory);
    let failure: Error | undefined;
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('data', (chunk) => this.#take(chunk));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject } of this.#replies.values())
          reject(failure ?? new Error('The accessory closed the data stream.'));
        resolve(failure);
      });
    });
  }

  /** Asks the accessory for a data stream, connects to it and says hello. @throws Error when the accessory refuses. */
  static async open(controller: HomeKitController, aid?: number): Promise<DataStream> {
    const { key } = controller.characteristic(SERVICE.dataStream, CHARACTERISTIC.setupDataStream, aid);
    const salt = randomBytes(SALT_BYTES);
    const request = encodeTlv([1, START_SESSION], [2, HOMEKIT_DATA_STREAM], [3, salt]);
    const reply = await controller.writeForReply(key, request.toString('base64'));
    const values = decodeTlv(Buffer.from(String(reply), 'base64'));
    const status = values.get(1)?.readUInt8();
    const port = decodeTlv(values.get(2) ?? Buffer.alloc(0))
      .get(1)
      ?.readUInt16LE();
    const accessorySalt = values.get(3);
    if (status !== 0 || port === undefined || !accessorySalt)
      throw new Error(`Asking for a data stream gave status ${status ?? 'none'}.`);
    const keys = deriveStreamKeys(controller.sharedSecret, Buffer.concat([salt, accessorySalt]));
    return DataStream.connect(controller.host, port, keys);
  }

  static async connect(host: string, port: number, keys: StreamKeys): Promise<DataStream> {
    const socket = connect(port, host);
    const stream = new DataStream(socket, keys);
    try {
      const { status } = await stream.request('control', 'hello');
      if (status !== 0) throw new Error(`The hello of the data stream gave status ${status}.`);
      return stream;
    } catch (error) {
      await stream[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** @throws Error when the stream ends before the reply, or none comes for 10 s */
  request(protocol: string, topic: string, message: DataDictionary = {}): Promise<DataReply> {
    const id = ++this.#requests;
    this.#send({ header: { protocol, request: topic, id }, message });
    let timer: NodeJS.Timeout | undefined;
    const reply = new Promise<DataReply>((resolve, reject) => {
      this.#replies.set(id, { resolve, reject });
      timer = setTimeout(() => reject(new Error(`No reply to ${protocol} ${topic}.`)), REPLY_MS);
    });
    return reply.finally(() => {
      clearTimeout(timer);
      this.#replies.delete(id);
    });
  }

  event(protocol: string, topic: string, message: DataDictionary): void {
    this.#send({ header: { protocol, event: topic }, message });
  }

  /** Calls back for each event of the accessory; the returned function ends it. */
  onEvent(listener: (event: DataEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  #send(message: DataMessage): void {
    if (this.#socket.writable) this.#socket.write(this.#sealer.seal(message));
  }

  #take(chunk: Buffer): void {
    try {
      for (const message of this.#opener.push(chunk)) this.#dispatch(message);
    } catch (error) {
      this.#socket.destroy(new Error(`The data stream cannot be read: ${reason(error)}`));
    }
  }

  #dispatch({ header, message }: DataMessage): void {
    const protocol = String(header.protocol);
    if (header.event !== undefined) {
      const event = { protocol, topic: String(header.event), message, at: performance.now() };
      for (const listener of this.#listeners) listener(event);
      return;
    }
    this.#replies.get(Number(header.id))?.resolve({ status: Number(header.status ?? 0), message });
  }
}
