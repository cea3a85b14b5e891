import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Log } from '../system/log.ts';
import { MaskTrust } from './mask-trust.ts';
import type { Polygon } from './masks.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
const LEFT: Polygon = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
const frame = (hidden: number) => ({
  ...{ width: 40, height: 20, at: 0 },
  luma: Uint8Array.from({ length: 800 }, (_, index) => (index % 40 < 20 ? hidden : 90 + (index % 40))),
});

function trusting() {
  const clock = new ManualClock();
  let losses = 0;
  const trust = new MaskTrust({ polygons: [LEFT], clock, log, onLost: () => void losses++ });
  const [main, sub] = [trust.rely(), trust.rely()];
  return { clock, trust, main, sub, losses: () => losses };
}

describe('the masks of a camera are relied on', () => {
  it('while its pictures show them, however long', () => {
    const { clock, trust, main } = trusting();
    for (let second = 0; second < 600; second++) {
      expect(trust.see(frame(16))).toBe(true);
      clock.advance(1000);
    }
    expect(main.lost.aborted).toBe(false);
    expect(trust.watched).toBe(true);
  });

  it('until the first picture without them, which nobody sees; for all streams, and for a while', () => {
    const { clock, trust, main, sub, losses } = trusting();
    expect(trust.see(frame(120))).toBe(false);
    expect([main.lost.aborted, sub.lost.aborted]).toEqual([true, true]);
    expect(losses()).toBe(1);
    expect(trust.see(frame(120))).toBe(false);
    expect(losses()).toBe(1);
    expect(trust.distrustedMs).toBe(600_000);
    clock.advance(600_000);
    expect(trust.distrustedMs).toBe(0);
    trust.rely();
    trust.see(frame(120));
    expect(trust.distrustedMs).toBe(1_200_000);
    expect(clock.pending).toBe(0);
  });

  it('no longer than half a minute without a picture that shows them', () => {
    const { clock, main, losses } = trusting();
    clock.advance(25_000);
    expect(main.lost.aborted).toBe(false);
    clock.advance(10_000);
    expect(main.lost.aborted).toBe(true);
    expect(losses()).toBe(1);
  });

  it('without a timer once no stream is read', () => {
    const { clock, main, sub, trust } = trusting();
    main[Symbol.dispose]();
    sub[Symbol.dispose]();
    expect(clock.pending).toBe(0);
    clock.advance(60_000);
    expect(trust.distrustedMs).toBe(0);
  });
});
