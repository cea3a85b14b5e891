import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../system/problem.ts';
import { parseRtspUrl } from './rtsp-address.ts';

describe('an RTSP URL', () => {
  it.each([
    [
      'rtsp://cam/live',
      { host: 'cam', port: 554, tls: false, user: '', password: '', url: 'rtsp://cam/live' },
    ],
    ['rtsps://cam/live', { host: 'cam', port: 322, tls: true, url: 'rtsps://cam/live' }],
    ['RTSP://Cam:8554', { host: 'Cam', port: 8554, url: 'rtsp://Cam:8554' }],
    [
      'rtsp://me:secret@10.0.0.2:555/a?b=c&d=e@f',
      { host: '10.0.0.2', port: 555, user: 'me', password: 'secret', url: 'rtsp://10.0.0.2:555/a?b=c&d=e@f' },
    ],
    ['rtsp://me:p@ss:w%40rd@cam/x', { host: 'cam', user: 'me', password: 'p@ss:w@rd', url: 'rtsp://cam/x' }],
    ['rtsp://me:100%@cam/x', { user: 'me', password: '100%' }],
    ['rtsp://me@cam/x', { user: 'me', password: '' }],
    ['rtsp://[fe80::1]:554/x', { host: 'fe80::1', port: 554, url: 'rtsp://[fe80::1]:554/x' }],
    [
      'rtsp://cam/cam/realmonitor?channel=1&subtype=0',
      { url: 'rtsp://cam/cam/realmonitor?channel=1&subtype=0' },
    ],
  ])('%s', (text, expected) => {
    expect(parseRtspUrl(text)).toMatchObject(expected);
  });

  it.each(['', 'http://cam/', 'rtsp://', 'rtsp:///x', 'rtsp://cam:99999/x', 'rtsp://cam:0/', 'rtsp://a b/'])(
    'refuses "%s" in words',
    (text) => {
      expect(() => parseRtspUrl(text)).toThrow(ProblemError);
    },
  );

  it('throws nothing else, and shows no password, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[a-z]{8,12}$/), (rest, password) => {
        try {
          const { url } = parseRtspUrl(`rtsp://me:${password}@cam${rest}`);
          if (!rest.includes('@')) expect(url).not.toContain(password);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
          expect(String(error)).not.toContain(password);
        }
      }),
    );
  });
});
