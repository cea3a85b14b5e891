/** Orders and exports that do nothing, for tests of something else; and exports that do what the test says. */
import { Readable } from 'node:stream';
import { ulid } from 'ulid';
import type { MediaFile, StorageOrders } from '../../plugin/recordings/contract.ts';
import type { AskedDay, FootageExports, FootageStill } from '../../plugin/recordings/export/contract.ts';
import { localDay } from '../../plugin/recordings/export/local-day.ts';
import { noFootage, noFootageAt, tooManyExports } from '../../plugin/recordings/export/problems.ts';
import type { ExportInfo } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';

const none = () => Promise.reject(new Error('this hub has no storage'));

export const noOrders: StorageOrders = {
  ...{ pin: none, setUpTarget: none, tryTarget: none, allowRemoval: none },
};

export const noExports: FootageExports = {
  range: none,
  still: none,
  day: none,
  start() {
    throw new Error('this hub has no storage');
  },
  list: () => [],
  get: () => undefined,
  open: async () => undefined,
  remove: async () => {},
  async [Symbol.asyncDispose]() {},
};

/** Every stretch and day is the same film; what takes work goes on when the test says so. */
export class FakeExports implements FootageExports {
  readonly #cameras: readonly CameraRef[];
  readonly #film: Buffer;
  readonly #jpeg: Buffer;
  #jobs: ExportInfo[] = [];
  /** Without footage everything is refused. */
  empty = false;

  constructor(cameras: readonly CameraRef[], { mp4, jpeg }: { mp4: Buffer; jpeg: Buffer }) {
    this.#cameras = cameras;
    this.#film = mp4;
    this.#jpeg = jpeg;
  }

  async range({ camera }: { camera: string }): Promise<MediaFile & { fileName: string }> {
    return { ...this.#file(), fileName: `${this.#camera(camera).slug} stretch.mp4` };
  }

  /** Recorded is what is not in the future; a keyframe comes every second. */
  async still({ camera, at }: { camera: string; at: number }): Promise<FootageStill> {
    this.#camera(camera);
    if (at > Date.now()) throw noFootageAt();
    return { jpeg: this.#jpeg, takenAt: at - (at % 1000) };
  }

  async day({ camera, day }: { camera: string } & AskedDay) {
    const fileName = `${this.#camera(camera).slug} ${day}.zip`;
    return { fileName, bytes: this.#film.length, stream: Readable.from([this.#film]) };
  }

  start(order: Parameters<FootageExports['start']>[0]): ExportInfo {
    const camera = this.#camera(order.camera);
    if (this.#jobs.filter(({ state }) => state === 'working').length >= 5) throw tooManyExports();
    const day = order.from === undefined ? localDay(order.day) : order;
    if (!day) throw noFootage();
    const info: ExportInfo = {
      ...{ id: ulid(), kind: order.kind, camera, from: day.from, to: day.to, createdAt: Date.now() },
      ...{ fileName: `${camera.slug} ${order.kind}.mp4`, state: 'working', progress: 0 },
    };
    this.#jobs.unshift(info);
    return info;
  }

  /** What the worker would do. */
  goOn(id: string, change: Partial<ExportInfo>): void {
    this.#jobs = this.#jobs.map((job) => (job.id === id ? { ...job, ...change } : job));
  }

  list = () => this.#jobs;
  get = (id: string) => this.#jobs.find((job) => job.id === id);

  async open(id: string): Promise<MediaFile | undefined> {
    return this.get(id)?.state === 'ready' ? this.#file() : undefined;
  }

  async remove(id: string): Promise<void> {
    this.#jobs = this.#jobs.filter((job) => job.id !== id);
  }

  async [Symbol.asyncDispose]() {}

  #camera(id: string): CameraRef {
    const camera = this.#cameras.find((each) => each.id === id);
    if (!camera || this.empty) throw noFootage();
    return camera;
  }

  #file(): MediaFile {
    const film = this.#film;
    return {
      ...{ bytes: film.length, etag: 'film', modifiedAt: 1_790_000_000_000 },
      async *read(from, to) {
        yield film.subarray(from, to);
      },
    };
  }
}
