import { expect, it } from 'vitest';
import { bagFacts, clipFacts } from '../../../test/support/bag-house.ts';
import { plainArgument, provenanceText } from './provenance.ts';

it.each([
  ['rtsp://user:secret@10.0.0.9:554/main', '<address>'],
  ['/var/lib/doorstep/front-door/clip.mp4', '<file.mp4>'],
  ['front-door/2026/11/22/072341-ring.mp4', '<file.mp4>'],
  ['front-door.mp4', '<file.mp4>'],
  ['file:/media/My Disk/a.mp4', 'file:<file> <file.mp4>'],
  ['C:\\Users\\Alex\\a.mp4', 'C:<file.mp4>'],
  ['movie=/srv/mask.png:loop=1', 'movie=<file.png>:loop=1'],
  ['drawbox=x=10:y=iw/2:t=fill', 'drawbox=x=10:y=iw/2:t=fill'],
  ['30000/1001', '30000/1001'],
  ['libx264', 'libx264'],
])('of %s it keeps %s', (argument, plain) => {
  expect(plainArgument(argument)).toBe(plain);
});

it('has the facts, and no address or path of the house', () => {
  const file = { path: 'data/viewing/clip-1.mp4', bytes: 9, sha256: 'ef'.repeat(32) };
  const text = provenanceText(bagFacts, [{ facts: clipFacts, viewing: file }], 'SHA256:x');
  expect(text).not.toMatch(/secret|10\.0\.0\.9|\/var\/lib/);
  expect(JSON.parse(text)).toMatchObject({
    package: { id: 'share-2026-0001', madeAt: '2026-11-22T18:20:59.000Z', signedBy: 'SHA256:x' },
    clips: [
      {
        clock: { timesAreOf: 'recorder', cameraAheadOfRecorder: { offsetMs: 95_000, errorMs: 400 } },
        original: { inPackage: false, sha256: 'cd'.repeat(32), masks: ['street-2'] },
        viewing: { ...file, parentSha256: 'cd'.repeat(32), actions: ['created', 'edited', 'redacted'] },
      },
    ],
  });
});
