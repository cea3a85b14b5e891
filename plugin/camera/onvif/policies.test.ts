import { describe, expect, test } from 'vitest';
import type { Polygon } from '../masks.ts';
import { announcesPort, serviceEndpoint, streamAddress } from './address-policy.ts';
import type { StreamProfile } from './contract.ts';
import { type CameraMask, type MaskLimits, planMasks, samePolygon } from './mask-plan.ts';
import { OnvifError, type OnvifFailure } from './onvif-error.ts';
import { onvifProblem } from './onvif-problem.ts';
import { retryMs } from './retry-policy.ts';
import { passwordDigest, readReply } from './soap.ts';
import { chooseStreams } from './stream-choice.ts';

describe('where a service is', () => {
  test.each<[string, Parameters<typeof serviceEndpoint>[1], number]>([
    ['http://10.0.0.1:1024/event-1', { host: 'tapo.local', port: 2020, ownPorts: true }, 1024],
    ['http://10.0.0.1/x', { host: 'tapo.local', port: 2020, ownPorts: true }, 2020],
    ['http://10.0.0.1:8000/x', { host: 'home.example', port: 18000, ownPorts: false }, 18000],
  ])('%s of %j: port %d', (xaddr, reach, port) => expect(serviceEndpoint(xaddr, reach)?.port).toBe(port));

  test.each([
    ['http://10.0.0.1:2020/onvif', 2020, true],
    ['http://10.0.0.1/onvif', 80, true],
    ['https://10.0.0.1/onvif', 443, true],
    ['http://10.0.0.1:8000/onvif', 18000, false],
    ['nonsense', 80, undefined],
    [undefined, 80, undefined],
  ])('%s names port %d: %s', (xaddr, port, expected) => expect(announcesPort(xaddr, port)).toBe(expected));

  const here = { host: '192.168.1.20', port: 8000 };
  test.each<[string, { host: string; port: number }, object | undefined]>([
    ['http://192.168.1.20/onvif/media', here, { host: '192.168.1.20', port: 8000, path: '/onvif/media' }],
    ['http://192.168.1.20:80/onvif/media', here, { host: '192.168.1.20', port: 80, path: '/onvif/media' }],
    ['http://10.0.0.1:80/onvif/media', here, { host: '192.168.1.20', port: 8000, path: '/onvif/media' }],
    ['http://0.0.0.0/x?Idx=1', here, { host: '192.168.1.20', port: 8000, path: '/x?Idx=1' }],
    ['http://[fe80::1]:81/x', { host: 'fe80::1', port: 80 }, { host: 'fe80::1', port: 81, path: '/x' }],
    ['http://[fe80::1]/x', here, { host: '192.168.1.20', port: 8000, path: '/x' }],
    ['HTTP://camera', { host: 'camera', port: 80 }, { host: 'camera', port: 80, path: '/' }],
    ['/onvif/media', here, undefined],
    ['file:///etc/passwd', here, undefined],
    ['', here, undefined],
  ])('%s', (xaddr, configured, expected) => expect(serviceEndpoint(xaddr, configured)).toEqual(expected));
});

describe('where a stream is', () => {
  const login = { host: '192.168.1.20', username: 'a@b', password: 'c:/d' };
  const nobody = { host: 'camera.local', username: '', password: '' };
  test.each<[string, typeof login, string | undefined]>([
    ['rtsp://192.168.1.20:554/main', login, 'rtsp://a%40b:c%3A%2Fd@192.168.1.20:554/main'],
    ['rtsp://0.0.0.0/main?a=1&b=2', login, 'rtsp://a%40b:c%3A%2Fd@192.168.1.20/main?a=1&b=2'],
    ['rtsp://[2001:db8::1]:8554/x', nobody, 'rtsp://camera.local:8554/x'],
    ['rtsp://old:login@10.0.0.1/x', nobody, 'rtsp://camera.local/x'],
    ['RTSPS://10.0.0.1/x', nobody, 'rtsps://camera.local/x'],
    ['rtsp://10.0.0.1', { ...nobody, host: '[fe80::1]' }, 'rtsp://[fe80::1]'],
    ['http://10.0.0.1/x', nobody, undefined],
    ['rtsp://10.0.0.1/a b', nobody, undefined],
    ['', nobody, undefined],
  ])('%s', (uri, where, expected) => expect(streamAddress(uri, where)).toBe(expected));
});

describe('which streams are read', () => {
  const profile = (
    token: string,
    codec: string,
    width: number,
    height: number,
    source = 'a',
  ): StreamProfile => ({
    ...{ token, name: token, codec, width, height, source, url: `rtsp://x/${token}` },
  });
  const tokens = (profiles: StreamProfile[]) => {
    const choice = chooseStreams(profiles);
    return choice && [choice.main.token, choice.detect?.token];
  };
  test.each<[string, StreamProfile[], (string | undefined)[] | undefined]>([
    ['none', [], undefined],
    ['only JPEG', [profile('j', 'mjpeg', 640, 480)], undefined],
    ['one', [profile('m', 'h264', 1920, 1080)], ['m', undefined]],
    ['small first', [profile('s', 'h264', 640, 360), profile('m', 'h264', 1920, 1080)], ['m', 's']],
    [
      'the largest of the small ones',
      [
        profile('m', 'hevc', 2560, 1920),
        profile('xs', 'h264', 320, 240),
        profile('s', 'h264', 640, 480),
        profile('t', 'h264', 1280, 720),
      ],
      ['m', 's'],
    ],
    [
      'no small one',
      [profile('m', 'h264', 2560, 1440), profile('t', 'h264', 1920, 1080), profile('u', 'h264', 1280, 720)],
      ['m', 'u'],
    ],
    [
      'a small one in HEVC',
      [profile('m', 'h264', 1920, 1080), profile('s', 'hevc', 640, 360)],
      ['m', undefined],
    ],
    [
      'the same size twice',
      [profile('m', 'h264', 640, 360), profile('n', 'h264', 640, 360)],
      ['m', undefined],
    ],
    [
      'two lenses',
      [
        profile('m', 'h264', 1280, 720),
        profile('w', 'h264', 3840, 2160, 'b'),
        profile('v', 'h264', 640, 360, 'b'),
      ],
      ['m', undefined],
    ],
  ])('%s', (_, profiles, expected) => expect(tokens(profiles)).toEqual(expected));
});

describe('login', () => {
  test("the example of ONVIF Application Programmer's Guide, section 6.1.1.3", () => {
    const nonce = Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64');
    expect(passwordDigest(nonce, '2010-09-16T07:50:45Z', 'userpassword')).toBe(
      'tuOSpGlFlIXsozq4HFNeeGeFLEI=',
    );
  });
});

describe('replies', () => {
  const fault = (code: string, text: string) =>
    `<s:Envelope><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>${code}</s:Value></s:Subcode></s:Code>` +
    `<s:Reason><s:Text>${text}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>`;
  test.each<[number, string, OnvifFailure]>([
    [400, fault('ter:NotAuthorized', 'Sender not Authorized'), 'refused'],
    [200, fault('ter:NotAuthorized', ''), 'refused'],
    [400, fault('wsse:FailedAuthentication', ''), 'refused'],
    [500, fault('ter:ActionNotSupported', 'Optional Action Not Implemented'), 'unsupported'],
    [400, fault('ter:InvalidArgVal', 'no such profile'), 'fault'],
    [
      500,
      '<e:Envelope><e:Body><e:Fault><faultcode>x</faultcode><faultstring>not authorized</faultstring></e:Fault></e:Body></e:Envelope>',
      'refused',
    ],
    [401, '<html>Unauthorized</html>', 'refused'],
    [404, '', 'unsupported'],
    [200, '', 'not-onvif'],
    [200, '<html/>', 'not-onvif'],
    [200, '<s:Envelope><s:Body/></s:Envelope>', 'not-onvif'],
    [500, '<s:Envelope><s:Body><x/></s:Body></s:Envelope>', 'not-onvif'],
  ])('%d %s', (status, text, kind) => {
    expect(() => readReply(status, text)).toThrow(expect.objectContaining({ kind }));
  });

  test('gives what stands in the body', () => {
    expect(readReply(200, '<s:Envelope><s:Body><x>1</x></s:Body></s:Envelope>')).toMatchObject({
      name: 'x',
      text: '1',
    });
  });
});

describe('problems in words', () => {
  const where = { host: '192.168.1.20', port: 80 };
  test.each<[OnvifFailure, number | undefined, string, RegExp]>([
    ['unreachable', undefined, 'onvif-unreachable', /192\.168\.1\.20:80/],
    ['silent', 0, 'onvif-silent', /does not answer/],
    ['not-onvif', undefined, 'not-onvif', /2020 \(Tapo\)/],
    ['refused', 400, 'onvif-wrong-password', /ONVIF users/],
    ['refused', 7_200_000, 'onvif-clock', /2 h ahead/],
    ['refused', -90_000, 'onvif-clock', /90 s behind/],
    ['refused', -20 * 86_400_000, 'onvif-clock', /20 days behind/],
    ['fault', 0, 'onvif-fault', /firmware/],
  ])('%s, clock %s', (kind, clockOffsetMs, code, words) => {
    const problem = onvifProblem(new OnvifError(kind, 'x'), { ...where, clockOffsetMs });
    expect(problem.code).toBe(code);
    expect(`${problem.what} ${problem.cure}`).toMatch(words);
  });
});

describe('the next try', () => {
  test.each<[Parameters<typeof retryMs>[0], number]>([
    [{ failures: 1, refused: false, random: 0 }, 500],
    [{ failures: 2, refused: false, random: 0 }, 1000],
    [{ failures: 9, refused: false, random: 0 }, 3000],
    [{ failures: 9, refused: false, random: 1 }, 2250],
    [{ failures: 9999, refused: false, random: 0 }, 3000],
    [{ failures: 1, refused: true, random: 0 }, 30_000],
    [{ failures: 99, refused: true, random: 0 }, 600_000],
  ])('%j', (input, expected) => expect(retryMs(input)).toBe(expected));
});

describe('masks', () => {
  const box: Polygon = [
    [0, 0],
    [0.5, 0],
    [0.5, 0.5],
    [0, 0.5],
  ];
  const triangle: Polygon = [
    [0.1, 0.1],
    [0.9, 0.2],
    [0.4, 0.8],
  ];
  const limits: MaskLimits = { maxMasks: 4, maxPoints: 8, rectangleOnly: false, types: ['Color'] };
  const at = (token: string, polygon: Polygon, more: Partial<CameraMask> = {}): CameraMask => ({
    ...{ token, polygon, type: 'Color', enabled: true },
    ...more,
  });

  test.each<[string, Polygon[], CameraMask[], string[], Partial<MaskLimits>, object | undefined]>([
    ['none, and none wanted', [], [], [], {}, { create: [], change: [], remove: [] }],
    ['a new one', [box], [], [], {}, { create: [box], change: [], remove: [] }],
    ['the same twice', [box, box], [], [], {}, { create: [box], change: [], remove: [] }],
    [
      'is there already, made by somebody else',
      [box],
      [at('x', box)],
      [],
      {},
      { create: [], change: [], remove: [] },
    ],
    [
      'is there, but off',
      [box],
      [at('x', box, { enabled: false })],
      [],
      {},
      { create: [box], change: [], remove: [] },
    ],
    [
      'is there, but only blurs',
      [box],
      [at('x', box, { type: 'Blurred' })],
      [],
      {},
      { create: [box], change: [], remove: [] },
    ],
    [
      'ours gets another shape',
      [triangle],
      [at('x', box)],
      ['x'],
      {},
      { create: [], change: [{ token: 'x', polygon: triangle }], remove: [] },
    ],
    [
      'ours was switched off',
      [box],
      [at('x', box, { enabled: false })],
      ['x'],
      {},
      { create: [], change: [{ token: 'x', polygon: box }], remove: [] },
    ],
    [
      'ours is not wanted any more',
      [],
      [at('x', box), at('y', triangle)],
      ['x'],
      {},
      { create: [], change: [], remove: ['x'] },
    ],
    ['no room', [box], [at('x', triangle)], [], { maxMasks: 1 }, undefined],
    ['too many corners', [box], [], [], { maxPoints: 3 }, undefined],
    ['rectangles alone', [triangle], [], [], { rectangleOnly: true }, undefined],
    [
      'a rectangle among them',
      [box],
      [],
      [],
      { rectangleOnly: true },
      { create: [box], change: [], remove: [] },
    ],
    ['only blurs', [box], [], [], { types: ['Blurred'] }, undefined],
    [
      'taking away needs no type',
      [],
      [at('x', box)],
      ['x'],
      { types: ['Blurred'] },
      { create: [], change: [], remove: ['x'] },
    ],
  ])('%s', (_, wanted, present, own, more, expected) => {
    expect(planMasks(wanted, present, new Set(own), { ...limits, ...more })).toEqual(expected);
  });

  test('the same polygon begins anywhere and turns either way; a camera rounds it', () => {
    const turned = [...box.slice(2), ...box.slice(0, 2)].map(([x, y]) => [x + 0.01, y - 0.01] as const);
    expect(samePolygon(box, turned)).toBe(true);
    expect(samePolygon(box, [...turned].reverse())).toBe(true);
    expect(samePolygon(box, triangle)).toBe(false);
    expect(
      samePolygon(
        box,
        box.map(([x, y]) => [x, y + 0.1] as const),
      ),
    ).toBe(false);
    expect(samePolygon([], [])).toBe(false);
  });
});
