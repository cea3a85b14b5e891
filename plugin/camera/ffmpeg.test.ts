import { describe, expect, it } from 'vitest';
import { startChild } from '../system/child.ts';
import { systemClock as clock } from '../system/clock.ts';
import { ProblemError } from '../system/problem.ts';
import { findFfmpeg, parseEncoders, parseVersion } from './ffmpeg.ts';

describe('the version of ffmpeg', () => {
  it.each([
    ['ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright', 4, 4],
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright', 5, 1],
    ['ffmpeg version n7.1 Copyright', 7, 1],
    ['ffmpeg version 8.0 Copyright', 8, 0],
    ['ffmpeg version N-109741-gbbe95f7353\nlibavutil      57. 28.100 / 57. 28.100', 5, 1],
    ['ffmpeg version git-2025\nlibavutil      60.  3.100 / 60.  3.100', 8, 0],
  ])('%s', (text, major, minor) => {
    expect(parseVersion(text)).toMatchObject({ major, minor });
  });

  it('is none for another program', () => {
    expect(parseVersion('bash, version 5.2')).toBeUndefined();
  });
});

it('reads the names of encoders, not the legend', () => {
  const text = [
    'Encoders:',
    ' V..... = Video',
    ' ------',
    ' V....D libx264              H.264',
    ' A....D aac                  AAC',
    ' VF...D mjpeg                MJPEG',
  ];
  expect(parseEncoders(text.join('\n'))).toEqual(new Set(['libx264', 'aac', 'mjpeg']));
});

describe('finding ffmpeg', () => {
  const deps = { startChild, clock };

  it('takes the one on PATH when the package has none', async () => {
    const ffmpeg = await findFfmpeg({}, { ...deps, packagedPath: async () => undefined });
    expect(ffmpeg).toMatchObject({ path: 'ffmpeg', origin: 'PATH' });
    expect(ffmpeg.encoders.has('mjpeg')).toBe(true);
  });

  it.each([
    ['that is not there', async () => '/nowhere/ffmpeg'],
    ['that is another program', async () => process.execPath],
    [
      'that cannot be loaded',
      async () => {
        throw new Error('broken install');
      },
    ],
  ])('does without a packaged one %s', async (_, packagedPath) => {
    expect((await findFfmpeg({}, { ...deps, packagedPath })).origin).toBe('PATH');
  });

  it.each(['/nowhere/ffmpeg', process.execPath, '/bin/false'])(
    'refuses %s when it is configured',
    async (configured) => {
      const failure = await findFfmpeg({ configured }, deps).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProblemError);
      expect((failure as ProblemError).problem).toMatchObject({
        code: 'ffmpeg-not-found',
        what: expect.stringContaining(configured),
        cure: expect.stringContaining('sudo apt install ffmpeg'),
      });
    },
  );

  it('says what to install when there is none at all', async () => {
    const nothing: typeof startChild = (_, args, options) => startChild('/nowhere/ffmpeg', args, options);
    await expect(findFfmpeg({}, { ...deps, startChild: nothing })).rejects.toThrow('sudo apt install ffmpeg');
  });
});
