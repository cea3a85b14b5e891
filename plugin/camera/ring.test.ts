import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fragment, Init, MediaItem, WatchOptions } from './contract.ts';
import { Ring } from './ring.ts';

const track = { id: 1, kind: 'video' as const, codec: 'h264', codecString: 'avc1.4d401f', timescale: 90000 };
const init = (generation: number): Init => ({
  type: 'init',
  generation,
  data: Buffer.from('init'),
  tracks: [track],
});

/** A stream of 10 fragments a second on a clock that it moves. */
function setUp(limits: { keepMs?: number; maxBytes?: number } = {}) {
  let ms = 0;
  let seq = 0;
  let generation = 0;
  const clock = { now: () => 1_000_000 + ms, monotonic: () => ms, after: () => () => {} };
  const ring = new Ring(clock, limits);
  const begin = () => {
    generation++;
    seq = 0;
    ring.push(init(generation));
  };
  const push = (keyframe: boolean, { bytes = 100, audio = false } = {}): Fragment => {
    const fragment: Fragment = {
      type: 'fragment',
      generation,
      seq: seq++,
      at: clock.now(),
      track: audio ? 2 : 1,
      time: ms / 1000,
      duration: 0.1,
      keyframe,
      data: Buffer.alloc(bytes),
    };
    ring.push(fragment);
    ms += 100;
    return fragment;
  };
  const pushGroups = (count: number, frames = 10, bytes = 100) => {
    for (let i = 0; i < count * frames; i++) push(i % frames === 0, { bytes });
  };
  const wait = (by: number) => {
    ms += by;
  };
  return { ring, begin, push, pushGroups, wait };
}

function watch(ring: Ring, options: Omit<WatchOptions, 'signal'> = {}) {
  const stop = new AbortController();
  const iterator = ring.watch({ ...options, signal: stop.signal });
  const take = async (count: number) => {
    const items: MediaItem[] = [];
    while (items.length < count) {
      const { value, done } = await iterator.next();
      if (done) break;
      items.push(value);
    }
    return items.map((item) => (item.type === 'init' ? `init ${item.generation}` : item.seq));
  };
  return { take, stop: () => stop.abort(), iterator };
}

describe('what the ring keeps', () => {
  it('is at least ten seconds, and not much more than a group of pictures longer', () => {
    const { ring, begin, pushGroups } = setUp();
    begin();
    pushGroups(40);
    const kept = ring.fragments();
    expect(kept[0]?.keyframe).toBe(true);
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThanOrEqual(111);
  });

  it('is nothing before the first keyframe, and the older connection until the first keyframe of the next', () => {
    const { ring, begin, push, pushGroups } = setUp();
    begin();
    push(false);
    push(false, { audio: true });
    expect(ring.fragments()).toEqual([]);
    pushGroups(2);
    const before = ring.fragments();
    begin();
    push(false);
    expect(ring.init?.generation).toBe(1);
    expect(ring.fragments()).toEqual(before);
    const first = push(true);
    expect(ring.init?.generation).toBe(2);
    expect(ring.fragments()).toEqual([first]);
  });

  it('always begins at a keyframe and stays below the byte limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.boolean(), bytes: fc.nat(500), anew: fc.nat(20) }), { maxLength: 300 }),
        (steps) => {
          const { ring, begin, push } = setUp({ keepMs: 1000, maxBytes: 2000 });
          begin();
          for (const { key, bytes, anew } of steps) {
            if (anew === 0) begin();
            push(key, { bytes });
            const kept = ring.fragments();
            expect(kept[0]?.keyframe ?? true).toBe(true);
            expect(ring.bytes).toBe(kept.reduce((sum, fragment) => sum + fragment.data.length, 0));
            expect(ring.bytes).toBeLessThanOrEqual(2000);
            expect(kept.every((fragment, i) => i === 0 || fragment.seq === (kept[i - 1]?.seq ?? 0) + 1)).toBe(
              true,
            );
          }
        },
      ),
    );
  });

  it('is one connection only: fragments of another are not taken', () => {
    const { ring, begin, push } = setUp();
    begin();
    const old = push(true);
    begin();
    ring.push(old);
    expect(ring.fragments()).toEqual([old]);
    const first = push(true);
    ring.push(old);
    expect(ring.fragments()).toEqual([first]);
  });
});

describe('a watcher', () => {
  it('begins with the header and the newest keyframe', async () => {
    const { ring, begin, pushGroups, push } = setUp();
    begin();
    pushGroups(3);
    const { take } = watch(ring);
    expect(await take(3)).toEqual(['init 1', 20, 21]);
    push(false, { audio: true });
    expect(await take(9)).toEqual([22, 23, 24, 25, 26, 27, 28, 29, 30]);
  });

  it.each([
    [500, 20],
    [1000, 20],
    [1001, 10],
    [2500, 0],
    [99_000, 0],
  ])('who wants to begin %i ms ago begins at fragment %i', async (agoMs, first) => {
    const { ring, begin, pushGroups } = setUp();
    begin();
    pushGroups(3);
    expect(await watch(ring, { agoMs }).take(2)).toEqual(['init 1', first]);
  });

  it('waits for the first keyframe of an empty ring', async () => {
    const { ring, begin, push } = setUp();
    const { take } = watch(ring);
    const first = take(2);
    begin();
    push(false);
    push(true);
    expect(await first).toEqual(['init 1', 1]);
  });

  it('gets a new header and a keyframe when the stream restarts', async () => {
    const { ring, begin, push, pushGroups } = setUp();
    begin();
    pushGroups(1, 2);
    const { take } = watch(ring);
    expect(await take(3)).toEqual(['init 1', 0, 1]);
    begin();
    push(false);
    push(true);
    expect(await take(2)).toEqual(['init 2', 1]);
  });

  it('who reads slowly goes on at the newest keyframe', async () => {
    const { ring, begin, pushGroups } = setUp();
    begin();
    pushGroups(1);
    const { take } = watch(ring, { maxBacklog: 1500 });
    expect(await take(2)).toEqual(['init 1', 0]);
    pushGroups(3);
    const [next] = await take(1);
    expect([20, 30]).toContain(next);
  });

  it('who has read the newest keyframe already waits for the next, and sees nothing twice', async () => {
    const { ring, begin, push, pushGroups } = setUp();
    begin();
    pushGroups(1, 2);
    const { take } = watch(ring, { maxBacklog: 500 });
    expect(await take(3)).toEqual(['init 1', 0, 1]);
    for (let i = 0; i < 10; i++) push(false);
    push(true);
    push(false);
    expect(await take(2)).toEqual([12, 13]);
  });

  it('may begin with more than its backlog', async () => {
    const { ring, begin, pushGroups } = setUp();
    begin();
    pushGroups(3);
    expect(await watch(ring, { agoMs: 60_000, maxBacklog: 500 }).take(31)).toHaveLength(31);
  });

  it('ends when it is too slow and asked for that', async () => {
    const { ring, begin, pushGroups } = setUp();
    begin();
    pushGroups(1, 2);
    const { take } = watch(ring, { maxBacklog: 500, whenSlow: 'end' });
    await take(1);
    pushGroups(2);
    expect(await take(1)).toEqual([]);
  });

  it('never sees a gap without a keyframe after it, nor anything twice', async () => {
    const step = fc.record({
      key: fc.boolean(),
      bytes: fc.integer({ min: 1, max: 400 }),
      read: fc.nat(3),
      anew: fc.nat(15),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const { ring, begin, push } = setUp({ keepMs: 1000, maxBytes: 5000 });
        begin();
        push(true);
        const { iterator, stop } = watch(ring, { maxBacklog: 900 });
        let last: MediaItem | undefined;
        let pending: Promise<IteratorResult<MediaItem, void>> | undefined;
        for (const { key, bytes, read, anew } of steps) {
          if (anew === 0) begin();
          push(key, { bytes });
          for (let i = 0; i < read; i++) {
            pending ??= iterator.next();
            const nothing = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
            const next = await Promise.race([pending, nothing]);
            if (!next?.value) break;
            pending = undefined;
            const item = next.value;
            if (item.type === 'fragment') {
              expect(last).toBeDefined();
              expect(item.generation).toBe(last?.generation);
              if (last?.type === 'init') expect(item.keyframe).toBe(true);
              else if (last && item.seq !== last.seq + 1) expect(item.keyframe).toBe(true);
              if (last?.type === 'fragment') expect(item.seq).toBeGreaterThan(last.seq);
            } else if (last) expect(item.generation).toBeGreaterThan(last.generation);
            last = item;
          }
        }
        stop();
      }),
      { numRuns: 60 },
    );
  });

  it('ends without an error when its signal aborts, and when the camera goes', async () => {
    const { ring } = setUp();
    const aborted = watch(ring);
    const waiting = aborted.take(1);
    aborted.stop();
    expect(await waiting).toEqual([]);
    const closed = watch(ring).take(1);
    ring.close();
    expect(await closed).toEqual([]);
    expect(await watch(ring).take(1)).toEqual([]);
  });
});
