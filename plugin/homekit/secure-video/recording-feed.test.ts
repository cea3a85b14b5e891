import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PlayedCamera } from '../../../test/support/homekit-camera.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { makeStream, type Stream } from '../../../test/support/recorded-media.ts';
import { SELECTED } from '../../../test/support/recording-selection.ts';
import type { CameraState, Fragment, MediaItem, WatchOptions } from '../../camera/contract.ts';
import { Ring } from '../../camera/ring.ts';
import { SOFTWARE_ENCODER } from '../../camera/video-encoder.ts';
import { fragmentOf } from '../../recordings/mp4/fragment-write.ts';
import { startChild } from '../../system/child.ts';
import { RecordingFeed } from './recording-feed.ts';
import { selectionOf } from './selection.ts';
import type { TakeReader } from './take.ts';

const FPS = 10;
const IS_KEYFRAME = 0x2000000;
const IS_DELTA = 0x1010000;

let header: Stream['init'];

beforeAll(async () => {
  const stream = await makeStream({
    ...{ input: ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10'], seconds: 1 },
    video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0'],
  });
  header = stream.init;
});

/** Turns of the event loop that let everything happen that needs no time. */
async function settle() {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A camera that sends what a test says, when it says so. */
class ScriptedCamera extends PlayedCamera {
  readonly clock = new ManualClock();
  watched = 0;
  readonly #ring = new Ring(this.clock);
  #now: CameraState = { online: true, since: 0, privacy: false };
  #told: ((state: CameraState) => void)[] = [];
  #seq = 0;
  #generation = 0;

  constructor() {
    super({ id: '01TEST', name: 'Door', slug: 'door' }, () => Promise.reject(new Error('no picture')));
    this.reconnect();
  }

  override get state(): CameraState {
    return this.#now;
  }

  override onState(listener: (state: CameraState) => void): () => void {
    this.#told.push(listener);
    return () => {
      this.#told = this.#told.filter((other) => other !== listener);
    };
  }

  override async setMasks(): Promise<void> {
    this.#ring.forget();
    await super.setMasks();
  }

  override async *watch(options: WatchOptions): AsyncGenerator<MediaItem, void, undefined> {
    this.watched += 1;
    yield* this.#ring.watch(options);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#ring.close();
  }

  become(state: Partial<CameraState>): void {
    this.#now = { ...this.#now, ...state };
    for (const listener of this.#told) listener(this.#now);
  }

  /** The keyframe distance is measured, in ms. */
  measure(gopMs: number): void {
    this.become({ video: { codec: 'h264', width: 320, height: 180, gopMs } });
  }

  reconnect(): void {
    this.#generation += 1;
    this.#ring.push({ ...header, generation: this.#generation });
  }

  /** A group from this second on, up to that one, as its times pass. */
  async send(from: number, to: number, { keyframe = true } = {}): Promise<void> {
    for (let picture = Math.round(from * FPS); picture < Math.round(to * FPS); picture++) {
      this.#ring.push(this.#fragment(picture / FPS, keyframe && picture === Math.round(from * FPS)));
      this.clock.advance(1000 / FPS);
    }
    await settle();
  }

  #fragment(time: number, keyframe: boolean): Fragment {
    const { id: track = 1, timescale = 1 } = header.tracks[0] ?? {};
    const flags = keyframe ? IS_KEYFRAME : IS_DELTA;
    const data = Buffer.from(`picture at ${time}`);
    const sample = { duration: timescale / FPS, size: data.length, flags, compositionOffset: 0 };
    this.#seq += 1;
    const run = { track, time: Math.round(time * timescale), samples: [sample], data: [data] };
    return {
      ...{ type: 'fragment', generation: this.#generation, seq: this.#seq, at: this.clock.now(), track },
      ...{ time, duration: 1 / FPS, keyframe, data: fragmentOf(this.#seq, [run]) },
    };
  }
}

describe('what is kept for home hubs', () => {
  const opened: AsyncDisposable[] = [];
  const said: string[] = [];

  afterEach(async () => {
    for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
    said.splice(0);
  });

  /** A camera that is armed where nothing can convert: what can't be copied is a problem. */
  function armed(camera = new ScriptedCamera()) {
    const note = (line: string) => void said.push(line);
    const feed = new RecordingFeed({
      ...{ camera, selection: selectionOf(SELECTED), audio: false, ffmpeg: undefined, startChild },
      ...{ clock: camera.clock, log: { debug: note, info: note, warn: note, error: note } },
      encoders: { current: () => SOFTWARE_ENCODER, failed: () => false },
    });
    opened.push(feed, camera);
    return { camera, feed };
  }

  /** Beginnings and ends of the groups that a recording would get. */
  const groups = (reader: TakeReader | undefined) => {
    const read: number[][] = [];
    for (let gop = reader?.shift(); gop; gop = reader?.shift())
      read.push([gop.time, gop.time + gop.duration].map((time) => Math.round(time * 10) / 10));
    return read;
  };

  it('is nothing before the first group is whole', async () => {
    const { camera, feed } = armed();
    await camera.send(0, 2);
    expect(feed.take).toBeUndefined();
    await camera.send(2, 3);
    expect(feed.take?.keptMs).toBe(2000);
  });

  it('begins anew behind a gap, at the next keyframe, in the same watch', async () => {
    const { camera, feed } = armed();
    await camera.send(0, 2);
    await camera.send(2, 3);
    const before = feed.take;
    const reader = before?.read(60_000);
    await camera.send(6, 7, { keyframe: false });
    expect(feed.take).toBeUndefined();
    expect(before?.ended).toBe('ended: the pictures did not go on from one another');
    expect(groups(reader)).toEqual([
      [0, 2],
      [2, 2.9],
    ]);
    await camera.send(8, 10);
    await camera.send(10, 11);
    expect(groups(feed.take?.read(60_000))).toEqual([[8, 10]]);
    expect(camera.watched).toBe(1);
  });

  it('begins anew with the keyframe to which the times leapt, and lets everything else run', async () => {
    const { camera, feed } = armed();
    await camera.send(0, 2);
    await camera.send(13, 15);
    let ran = false;
    setTimeout(() => {
      ran = true;
    });
    await expect.poll(() => ran).toBe(true);
    await camera.send(15, 16);
    expect(groups(feed.take?.read(60_000))).toEqual([[13, 15]]);
    expect(camera.watched).toBe(1);
  });

  it('is still copied after one group that was too long', async () => {
    const { camera, feed } = armed();
    camera.measure(2000);
    await camera.send(0, 2);
    await camera.send(2, 8);
    expect(feed.take).toBeUndefined();
    await camera.send(8, 10);
    await camera.send(10, 11);
    expect(feed.problem).toBeUndefined();
    expect(groups(feed.take?.read(60_000))).toEqual([[8, 10]]);
    expect(said).toEqual([]);
  });

  it('has to be converted when groups that are too long come again', async () => {
    const { camera, feed } = armed();
    camera.measure(2000);
    await camera.send(0, 6);
    await camera.send(6, 12);
    expect(feed.problem).toContain('its keyframes are more than 4 s apart');
  });

  it('has to be converted after one long group only until the keyframe distance is known', async () => {
    const { camera, feed } = armed();
    await camera.send(0, 6);
    await camera.send(6, 8);
    expect(feed.problem).toContain('its keyframes are more than 4 s apart');
    camera.measure(2000);
    await camera.send(8, 10);
    await camera.send(10, 11);
    expect(feed.problem).toBeUndefined();
    expect(groups(feed.take?.read(60_000))).toEqual([[8, 10]]);
    expect(said).toHaveLength(1);
  });

  it('is nothing of what was before other masks, also for a recording that runs', async () => {
    const { camera, feed } = armed();
    await camera.send(0, 2);
    await camera.send(2, 3);
    const { take } = feed;
    const reader = take?.read(60_000);
    await camera.setMasks();
    expect(feed.take).toBeUndefined();
    expect(take?.ended).toBe('ended: the camera began anew');
    expect(groups(reader)).toEqual([]);
    camera.reconnect();
    await camera.send(3, 5);
    await camera.send(5, 6);
    expect(groups(feed.take?.read(60_000))).toEqual([[3, 5]]);
  });

  it('is nothing while the camera is offline, whatever is left of it', async () => {
    const { camera, feed } = armed();
    await camera.send(0, 2);
    await camera.send(2, 3);
    const { take } = feed;
    camera.become({ online: false });
    expect(take?.ended).toBe('ended: the camera was lost');
    await settle();
    camera.clock.advance(5000);
    await settle();
    expect(feed.take).toBeUndefined();
    expect(camera.watched).toBe(1);
    const { feed: armedNow } = armed(camera);
    await settle();
    expect(armedNow.take).toBeUndefined();
    camera.reconnect();
    await camera.send(0, 2);
    camera.become({ online: true });
    await camera.send(2, 3);
    expect(groups(feed.take?.read(60_000))).toEqual([[0, 2]]);
  });
});
