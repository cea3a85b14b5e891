import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { createMotionHold, RING_MOTION_MS } from './motion-hold.ts';

const RING = { kind: 'doorbell', phase: 'ring' } as const;
const START = { kind: 'motion', phase: 'start' } as const;
const UPDATE = { kind: 'motion', phase: 'update' } as const;
const END = { kind: 'motion', phase: 'end' } as const;
const OFFLINE = { kind: 'camera', phase: 'offline' } as const;

type Step = typeof RING | typeof START | typeof UPDATE | typeof END | typeof OFFLINE | 'clear' | number;

describe('motion in HomeKit', () => {
  it.each<{ name: string; steps: Step[]; shown: boolean[] }>([
    { name: 'begins and ends', steps: [START, 3000, END], shown: [true, false] },
    {
      name: 'is said once, however often it moves',
      steps: [START, UPDATE, UPDATE, END],
      shown: [true, false],
    },
    { name: 'is known late when only an update came', steps: [UPDATE, END], shown: [true, false] },
    { name: 'lasts ten seconds after a press', steps: [RING, RING_MOTION_MS - 1], shown: [true] },
    { name: 'ends then', steps: [RING, RING_MOTION_MS], shown: [true, false] },
    { name: 'is held by a second press', steps: [RING, 6000, RING, 6000], shown: [true] },
    { name: 'does not end early with the real motion', steps: [START, RING, 1000, END, 1000], shown: [true] },
    { name: 'goes on with the real motion', steps: [START, RING, RING_MOTION_MS], shown: [true] },
    { name: 'ends with the camera', steps: [START, OFFLINE], shown: [true, false] },
    { name: 'is news again after it was cleared', steps: [START, 'clear', RING], shown: [true, false, true] },
    {
      name: 'of a press that was cleared does not end the next one early',
      steps: [RING, 6000, 'clear', START, 6000],
      shown: [true, false, true],
    },
    { name: 'is not begun by its end', steps: [END], shown: [] },
  ])('$name', ({ steps, shown }) => {
    const clock = new ManualClock();
    const seen: boolean[] = [];
    const hold = createMotionHold(clock, (motion) => seen.push(motion));
    for (const step of steps) {
      if (typeof step === 'number') clock.advance(step);
      else if (step === 'clear') hold.clear();
      else hold.handle(step);
    }
    expect(seen).toEqual(shown);
    hold.stop();
    expect(clock.pending).toBe(0);
  });
});
