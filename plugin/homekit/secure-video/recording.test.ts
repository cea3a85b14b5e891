import type { RecordingPacket } from 'homebridge';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { childBoxes } from '../../camera/mp4-boxes.ts';
import { box, fullBox, u32 } from '../../camera/mp4-build.ts';
import { readRuns, type TrackRun } from '../../camera/track-runs.ts';
import { EMPTY_PACKET } from './fragment-writer.ts';
import type { Gop, PlacedSample } from './gop-cutter.ts';
import { record } from './recording.ts';
import { Take, TRACK } from './take.ts';

const FPS = 10;
const KEYFRAME = 0x2000000;
const DELTA = 0x1010000;

/** `ftyp` and a `moov` with one track that names its kind. */
const header = (kind: string) => ({
  data: Buffer.concat([
    box('ftyp'),
    box(
      'moov',
      box('trak', fullBox('tkhd', 0, 0, u32(0, 0, 1)), box(kind)),
      box('mvex', fullBox('trex', 0, 0, u32(1, 1, 0, 0, 0))),
    ),
  ]),
  timescale: 1000,
});

/** Pictures from `from` on, in seconds of a stream that began long ago, with sound of 50 ms a sample. */
function gop(from: number, seconds: number): Gop {
  const time = 5000 + from;
  const sample = (index: number, ms: number, flags: number): PlacedSample => ({
    dts: Math.round(time * 1000) + index * ms,
    time: time + (index * ms) / 1000,
    ...{ duration: ms, size: 3, flags, compositionOffset: 0, data: Buffer.from('abc') },
  });
  return {
    ...{ time, duration: seconds },
    video: Array.from({ length: seconds * FPS }, (_, i) => sample(i, 1000 / FPS, i ? DELTA : KEYFRAME)),
    audio: Array.from({ length: seconds * 20 }, (_, i) => sample(i, 50, KEYFRAME)),
  };
}

/** Turns of the event loop that let everything happen that needs no time. */
async function settle() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

class Pulled {
  readonly clock = new ManualClock();
  readonly take = new Take({ video: header('vide'), audio: header('soun'), keepMs: 8000 });
  readonly packets: RecordingPacket[] = [];
  /** Ms at which each came. */
  readonly at: number[] = [];
  readonly closed = new AbortController();
  sound = true;
  finished = false;
  ended: string | undefined;
  #added = 0;

  /** The camera gives so many groups of this length. */
  give(count: number, seconds: number): void {
    for (let i = 0; i < count; i++) {
      this.take.add(gop(this.#added, seconds));
      this.#added += seconds;
    }
  }

  async pull({ beginMs = 4000 } = {}): Promise<void> {
    const begun = this.clock.monotonic();
    const packets = record({
      ...{ take: this.take, clock: this.clock, beginMs, fragmentMs: 4000 },
      ...{ soundWanted: () => this.sound, onFragment: () => {}, signal: this.closed.signal },
      onEnd: (reason) => {
        this.ended = reason;
      },
    });
    void (async () => {
      for await (const packet of packets) {
        this.packets.push(packet);
        this.at.push(this.clock.monotonic() - begun);
      }
      this.finished = true;
    })();
    await settle();
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  /** Seconds of pictures in each fragment. */
  get lengths(): number[] {
    return this.runs.map((runs) => (runs[0]?.samples.length ?? 0) / FPS);
  }

  get runs(): TrackRun[][] {
    return this.packets.slice(1).map(({ data }) => {
      const [moof] = childBoxes(data, 0, data.length);
      return (moof?.type === 'moof' && readRuns(data, moof, new Map())) || [];
    });
  }
}

describe('a recording', () => {
  it('begins at once with what was before, at a keyframe and at time 0', async () => {
    const pulled = new Pulled();
    pulled.give(6, 1);
    await pulled.pull();
    expect(pulled.at).toEqual([0, 0]);
    expect(childBoxes(pulled.packets[0]?.data ?? EMPTY_PACKET, 0, 1000).map(({ type }) => type)).toEqual([
      'ftyp',
      'moov',
    ]);
    const [video, audio] = pulled.runs[0] ?? [];
    expect(video).toMatchObject({ track: TRACK.video });
    expect(video?.samples[0]).toMatchObject({ dts: 0, flags: KEYFRAME });
    expect(video?.samples).toHaveLength(40);
    expect(audio).toMatchObject({ track: TRACK.audio });
    expect(audio?.samples[0]?.dts).toBe(0);
    expect(audio?.samples).toHaveLength(80);
  });

  it('goes on without a gap, with rising numbers', async () => {
    const pulled = new Pulled();
    pulled.give(2, 4);
    await pulled.pull();
    for (let i = 0; i < 3; i++) {
      pulled.give(1, 4);
      await pulled.pass(4000);
    }
    expect(pulled.lengths).toEqual([4, 4, 4, 4]);
    const numbers = pulled.packets.slice(1).map(({ data }) => data.readUInt32BE(data.indexOf('mfhd') + 8));
    expect(numbers).toEqual([1, 2, 3, 4]);
    expect(pulled.runs.map((runs) => runs.map(({ samples }) => samples[0]?.dts))).toEqual([
      [0, 0],
      [4000, 4000],
      [8000, 8000],
      [12_000, 12_000],
    ]);
  });

  it('gives what waits at twice its pace, and then what comes as it comes', async () => {
    const pulled = new Pulled();
    pulled.give(1, 4);
    await pulled.pull();
    // The hub's network stood still; then all is there at once.
    pulled.give(2, 4);
    await pulled.pass(1999);
    expect(pulled.lengths).toEqual([4]);
    await pulled.pass(1);
    expect(pulled.lengths).toEqual([4, 4]);
    await pulled.pass(2000);
    expect(pulled.lengths).toEqual([4, 4, 4]);
    pulled.give(1, 4);
    await pulled.pass(2000);
    expect(pulled.lengths).toEqual([4, 4, 4, 4]);
  });

  it('does not wait for a full fragment when there is less', async () => {
    const pulled = new Pulled();
    pulled.give(2, 1);
    await pulled.pull();
    expect(pulled.lengths).toEqual([2]);
  });

  it('joins groups of any length into fragments of 4 s at most', async () => {
    const pulled = new Pulled();
    pulled.give(4, 1);
    await pulled.pull();
    for (const seconds of [1, 3, 0.5, 0.5, 2, 2, 4]) {
      pulled.give(1, seconds);
      await pulled.pass(seconds * 1000);
    }
    // The last one waits behind the short one that had to go before it.
    await pulled.pass(1000);
    expect(pulled.lengths).toEqual([4, 4, 3, 2, 4]);
  });

  it('gives a hub something before its patience ends', async () => {
    const pulled = new Pulled();
    pulled.give(4, 1);
    await pulled.pull();
    pulled.give(1, 1);
    await pulled.pass(4799);
    expect(pulled.lengths).toEqual([4]);
    await pulled.pass(1);
    expect(pulled.lengths).toEqual([4, 1]);
  });

  it('says goodbye when the camera stands still', async () => {
    const pulled = new Pulled();
    pulled.give(1, 4);
    await pulled.pull();
    await pulled.pass(4800);
    await pulled.pass(3200);
    expect(pulled.packets.at(-1)).toEqual({ data: EMPTY_PACKET, isLast: true });
    expect(pulled).toMatchObject({ finished: true, ended: 'ended: the camera sent no pictures' });
  });

  it('gives the rest as the last fragment when the camera is lost', async () => {
    const pulled = new Pulled();
    pulled.give(1, 4);
    await pulled.pull();
    pulled.give(1, 1);
    pulled.take.end('ended: the camera was lost');
    await settle();
    expect(pulled.lengths).toEqual([4, 1]);
    expect(pulled.packets.map(({ isLast }) => isLast)).toEqual([false, false, true]);
    expect(pulled).toMatchObject({ finished: true, ended: 'ended: the camera was lost' });
  });

  it('gives nothing of what has to be forgotten', async () => {
    const pulled = new Pulled();
    pulled.give(1, 4);
    await pulled.pull();
    pulled.give(1, 1);
    pulled.take.end('ended: privacy mode was switched on', { forget: true });
    await settle();
    expect(pulled.packets.slice(2)).toEqual([{ data: EMPTY_PACKET, isLast: true }]);
  });

  it('gives nothing more of the past either once it has to be forgotten', async () => {
    const pulled = new Pulled();
    pulled.give(2, 4);
    await pulled.pull({ beginMs: 8000 });
    await pulled.pass(500);
    pulled.take.end('ended: privacy mode was switched on', { forget: true });
    await settle();
    expect(pulled.packets.slice(2)).toEqual([{ data: EMPTY_PACKET, isLast: true }]);
    expect(pulled).toMatchObject({ finished: true, ended: 'ended: privacy mode was switched on' });
    expect(pulled.clock.pending).toBe(0);
  });

  it('says goodbye without a pause, with all there is, when Homebridge stops', async () => {
    const pulled = new Pulled();
    pulled.give(2, 4);
    await pulled.pull({ beginMs: 8000 });
    await pulled.pass(500);
    pulled.give(1, 1);
    pulled.take.end('ended: Homebridge stops');
    await settle();
    expect(pulled.lengths).toEqual([4, 4, 1]);
    expect(pulled.packets.map(({ isLast }) => isLast)).toEqual([false, false, false, true]);
    expect(pulled).toMatchObject({ finished: true, ended: 'ended: Homebridge stops' });
    expect(pulled.clock.pending).toBe(0);
  });

  it('ends after three minutes', async () => {
    const pulled = new Pulled();
    pulled.give(1, 4);
    await pulled.pull();
    while (!pulled.finished && pulled.packets.length < 60) {
      pulled.give(1, 4);
      await pulled.pass(4000);
    }
    expect(pulled.lengths).toHaveLength(45);
    expect(pulled.packets.at(-1)?.isLast).toBe(true);
    expect(pulled.ended).toBe('ended after 3 minutes, the longest time');
  });

  it('gives nothing more once the hub has closed it, and leaves no timer', async () => {
    const pulled = new Pulled();
    pulled.give(1, 4);
    await pulled.pull();
    pulled.closed.abort();
    await settle();
    expect(pulled).toMatchObject({ finished: true, ended: undefined });
    expect(pulled.packets).toHaveLength(2);
    expect(pulled.clock.pending).toBe(0);
    expect(pulled.take.isRead).toBe(false);
  });

  it('is silent from the moment on at which nobody wants sound', async () => {
    const pulled = new Pulled();
    pulled.give(1, 4);
    await pulled.pull();
    pulled.sound = false;
    pulled.give(1, 4);
    await pulled.pass(4000);
    expect(pulled.runs.map((runs) => runs.length)).toEqual([2, 1]);
  });

  it('has no track for sound when none was wanted at the start', async () => {
    const pulled = new Pulled();
    pulled.sound = false;
    pulled.give(1, 4);
    await pulled.pull();
    const [init] = pulled.packets;
    expect(init?.data.includes('vide')).toBe(true);
    expect(init?.data.includes('soun')).toBe(false);
    expect(pulled.runs.map((runs) => runs.length)).toEqual([1]);
  });
});

describe('what is kept', () => {
  it('covers what a recording begins with, and no more', () => {
    const pulled = new Pulled();
    pulled.give(30, 1);
    expect(pulled.take.keptMs).toBe(8000);
    pulled.give(1, 4);
    expect(pulled.take.keptMs).toBe(8000);
  });

  it('is gone when it has ended', () => {
    const pulled = new Pulled();
    pulled.give(3, 1);
    pulled.take.end('ended: the camera was lost');
    expect(pulled.take.keptMs).toBe(0);
  });
});
