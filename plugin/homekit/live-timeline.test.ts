import { describe, expect, it } from 'vitest';
import { createLiveTimeline } from './live-timeline.ts';

const START = 1_790_000_000_000;
const fragment = (time: number, arrivedMs: number, generation = 1, track = 1) => ({
  generation,
  track,
  time,
  at: START + arrivedMs,
});

describe('the time line of a live view', () => {
  it('shows what was in the ring at once, in order, before what is live', () => {
    const timeline = createLiveTimeline(START);
    const places = [-2000, -1000, 0, 30, 100].map((ms) => timeline.place(fragment(10 + ms / 1000, ms)));
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(places[0]).toBeGreaterThan(-0.2);
    expect(places[3]).toBeCloseTo(0.03);
    expect(places[4]).toBeCloseTo(0.1);
  });

  it('keeps the camera pace where the network does not', () => {
    const timeline = createLiveTimeline(START);
    const first = timeline.place(fragment(50, 10));
    expect(timeline.place(fragment(51, 2400)) - first).toBeCloseTo(1);
  });

  it('puts sound and picture of one moment to one place', () => {
    const timeline = createLiveTimeline(START);
    timeline.place(fragment(7, 20));
    expect(timeline.place(fragment(7.5, 1000))).toBeCloseTo(timeline.place(fragment(7.5, 900)));
  });

  it('goes on after a reconnect where the clock is', () => {
    const timeline = createLiveTimeline(START);
    timeline.place(fragment(100, 1000));
    expect(timeline.place(fragment(0, 9000, 2))).toBeCloseTo(9);
  });

  it('never lets a long ring reach into the live part', () => {
    const timeline = createLiveTimeline(START);
    const places = Array.from({ length: 500 }, (_, i) => timeline.place(fragment(i / 30, -1)));
    expect(Math.max(...places)).toBeLessThan(0);
  });

  it.each([150, 500, 1499])('gives each of %i pictures in the ring an RTP time of its own', (count) => {
    const timeline = createLiveTimeline(START);
    const ticks = Array.from({ length: count }, (_, i) =>
      Math.round(timeline.place(fragment(i / 30, -1)) * 90_000),
    );
    expect(new Set(ticks).size).toBe(count);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
  });

  it.each([
    ['what follows a live one, though the clock was set back', fragment(10.1, -5000), false],
    ['another track that still catches up', fragment(10.1, -5000, 1, 2), true],
    ['the next generation', fragment(0, -5000, 2), true],
  ])('tells the ring from the live part: %s', (_name, next, backlog) => {
    const timeline = createLiveTimeline(START);
    const first = timeline.place(fragment(10, 100));
    expect(timeline.isBacklog(next)).toBe(backlog);
    if (!backlog) expect(timeline.place(next) - first).toBeCloseTo(0.1);
  });

  it('goes on where the session is when sending begins anew in the middle of it', () => {
    const timeline = createLiveTimeline(START, START + 20_000);
    const [ring = 0, late = 0, now = 0] = [18_000, 19_990, 20_040].map((ms) =>
      timeline.place(fragment(5 + ms / 1000, ms)),
    );
    expect(ring).toBeGreaterThan(19.8);
    expect(late).toBeGreaterThan(ring);
    expect(late).toBeLessThan(20);
    expect(now).toBeCloseTo(20.04);
  });
});
