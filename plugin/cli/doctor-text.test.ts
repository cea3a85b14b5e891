import { expect, test } from 'vitest';
import type { DoctorReport, Verdict } from '../../protocol/api.ts';
import { painted, plain, reportText, worstOf } from './doctor-text.ts';

const camera = { id: '1', name: 'Front door', slug: 'front-door' };
const CURE = 'In the camera\'s own settings for the main stream, set "I-frame interval" to 2 seconds.';
const report: DoctorReport = {
  at: 0,
  host: [
    { check: 'node', judgement: 'good', found: 'Node.js 24.' },
    { check: 'mdns', judgement: 'could-be-better', found: 'Nobody answered.', cure: 'Allow UDP port 5353.' },
  ],
  cameras: [
    {
      ...{ camera, at: 0 },
      verdicts: [
        { check: 'codec', judgement: 'good', found: 'The main stream is H.264, which everything plays.' },
        {
          check: 'clock',
          judgement: 'unknown',
          found: 'The clock of the camera can be read by ONVIF alone.',
        },
        {
          check: 'gop',
          judgement: 'bad',
          found: `A keyframe comes every 10 s: ${'it begins late, '.repeat(5)}always.`,
          cure: CURE,
        },
      ],
      secureVideo: [
        { check: 'gop', judgement: 'could-be-better', found: 'It does not divide 4 s.', cure: CURE },
      ],
    },
  ],
};

test('the worst comes first, a cure is said once, and lines fit', () => {
  expect(reportText(report, { paint: plain, width: 80 })).toBe(
    `Front door
  ✗ A keyframe comes every 10 s: it begins late, it begins late, it begins late,
    it begins late, it begins late, always.
    → In the camera's own settings for the main stream, set "I-frame interval"
      to 2 seconds.
  ? The clock of the camera can be read by ONVIF alone.
  ✓ The main stream is H.264, which everything plays.

Front door: HomeKit Secure Video
  ! It does not divide 4 s.
    → As above.

This machine
  ! Nobody answered.
    → Allow UDP port 5353.
  ✓ Node.js 24.

1 thing needs you (✗), 1 could be better (!); each arrow says where.`,
  );
});

test.each([20, 40, 80, 300])('in a terminal of %d columns no line is longer than it may be', (width) => {
  const lines = reportText(report, { paint: plain, width }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(
    Math.min(100, Math.max(40, width)),
  );
});

test('colour changes nothing but colour', () => {
  const text = reportText(report, { paint: painted, width: 80 });
  expect(text).toContain('\x1b[31m✗\x1b[39m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is taken out
  expect(text.replace(/\x1b\[\d+m/g, '')).toBe(reportText(report, { paint: plain, width: 80 }));
});

const of = (...judgements: Verdict['judgement'][]): DoctorReport => ({
  ...{ at: 0, cameras: [] },
  host: judgements.map((judgement) => ({ check: 'node', judgement, found: 'So.' })),
});
test.each([
  [of('good', 'bad', 'unknown'), 'bad'],
  [of('good', 'could-be-better'), 'could-be-better'],
  [of('unknown', 'good'), 'good'],
  [of(), 'good'],
])('the worst of %j is %s', (one, worst) => {
  expect(worstOf(one)).toBe(worst);
});

test('when nothing is open, all is well', () => {
  expect(reportText(of('good', 'unknown'), { paint: plain, width: 80 })).toMatch(/\n\nAll is well\.$/);
});
