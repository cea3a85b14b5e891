import { describe, expect, it } from 'vitest';
import { type Sighting, visitReport, WITNESSES } from './visit-report.ts';

const at = new Date(2026, 10, 22, 14, 0, 0).getTime();
const door = { arrive: at, ring: at + 4000, leave: at + 9000 };
const all: Sighting[] = [
  ...WITNESSES.flatMap((witness): Sighting[] => [
    { witness, happening: 'motion start', at: at + 400 },
    { witness, happening: 'ring', at: at + 4012 },
    { witness, happening: 'motion end', at: at + 18_500 },
  ]),
  { witness: 'hub', happening: 'clip ready', at: at + 28_000 },
];

describe('visitReport', () => {
  it('shows what each part saw, how long after', () => {
    const { lines, complete } = visitReport(door, all);
    expect(complete).toBe(true);
    expect(lines).toEqual([
      '                  at the door   hub        HomeKit   Node-RED',
      'Something moved   14:00:00      +400 ms    +400 ms   +400 ms',
      'The bell rang     14:00:04      +12 ms     +12 ms    +12 ms',
      'Quiet again       14:00:09      +9.5 s     +9.5 s    +9.5 s',
      'Clip ready                      14:00:28',
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
