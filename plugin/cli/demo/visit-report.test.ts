import { describe, expect, it } from 'vitest';
import { type Sighting, visitReport, WITNESSES } from './visit-report.ts';

const at = new Date(2026, 10, 22, 14, 0, 0).getTime();
const door = { arrive: at, ring: at + 4000, put: at + 7000, taken: at + 27_000, empty: at + 31_000 };
const all: Sighting[] = [
  ...WITNESSES.flatMap((witness): Sighting[] => [
    { witness, happening: 'motion start', at: at + 400 },
    { witness, happening: 'ring', at: at + 4012 },
    { witness, happening: 'motion end', at: at + 40_500 },
  ]),
  ...(['hub', 'HomeKit'] as const).flatMap((witness): Sighting[] => [
    { witness, happening: 'person', at: at + 1900 },
    { witness, happening: 'delivered', at: at + 9400 },
    { witness, happening: 'removed', at: at + 29_200 },
  ]),
  { witness: 'hub', happening: 'clip ready', at: at + 50_000 },
];

describe('visitReport', () => {
  it('shows what each part saw, how long after', () => {
    const { lines, complete } = visitReport(door, all);
    expect(complete).toBe(true);
    expect(lines).toEqual([
      '                  at the door   hub       HomeKit   Node-RED',
      'Something moved   14:00:00      +400 ms   +400 ms   +400 ms',
      'Somebody came     14:00:00      +1.9 s    +1.9 s',
      'The bell rang     14:00:04      +12 ms    +12 ms    +12 ms',
      'A package came    14:00:07      +2.4 s    +2.4 s',
      'A package went    14:00:27      +2.2 s    +2.2 s',
      'Quiet again       14:00:31      +9.5 s    +9.5 s    +9.5 s',
      'Clip ready        14:00:31      +19.0 s',
    ]);
  });

  it.each(all.map((sighting, index) => [`${sighting.witness}, ${sighting.happening}`, index] as const))(
    'is not complete without %s',
    (_, index) => {
      const { lines, complete } = visitReport(door, all.toSpliced(index, 1));
      expect(complete).toBe(false);
      expect(lines.join('\n')).toContain('not seen');
    },
  );

  it('does not count what was seen before it happened', () => {
    const early = all.map((one) =>
      one.happening === 'ring' && one.witness === 'HomeKit' ? { ...one, at } : one,
    );
    expect(visitReport(door, early).complete).toBe(false);
  });
});
