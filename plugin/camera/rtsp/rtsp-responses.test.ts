import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RtspResponses } from './rtsp-responses.ts';

const read = (text: string | Buffer) => {
  const responses = new RtspResponses();
  return { found: responses.push(Buffer.from(text)), broken: responses.broken };
};

const OK = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nhello';

describe('what a camera answers', () => {
  it('is read however it is cut', () => {
    const bytes = Buffer.from(`${OK}\r\n\r\nRTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n`);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (cuts) => {
        const responses = new RtspResponses();
        const found = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          found.push(...responses.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(found.map(({ status, body }) => [status, body])).toEqual([
          [200, 'hello'],
          [401, ''],
        ]);
      }),
    );
  });

  it.each([
    ['lines that end with LF alone', 'RTSP/1.0 200 OK\nSession: 5\n\n', 200],
    ['no reason phrase', 'RTSP/1.0 454\r\n\r\n', 454],
    ['a line without a colon', 'RTSP/1.0 200 OK\r\nwhat is this\r\n\r\n', 200],
    [
      'packets before it',
      Buffer.concat([Buffer.from([0x24, 0, 0, 3, 1, 2, 3]), Buffer.from('RTSP/1.0 200 OK\r\n\r\n')]),
      200,
    ],
    [
      'a request of the camera before it',
      'OPTIONS rtsp://me RTSP/1.0\r\nCSeq: 9\r\n\r\nRTSP/1.0 200 OK\r\n\r\n',
      200,
    ],
  ])('is read with %s', (_name, bytes, status) => {
    expect(read(bytes).found.map((response) => response.status)).toEqual([status]);
  });

  it('keeps all values of a header that comes twice', () => {
    const [response] = read(
      'RTSP/1.0 401 No\r\nWWW-Authenticate: Basic realm="a"\r\nwww-authenticate: Digest x\r\n\r\n',
    ).found;
    expect(response?.headers.get('www-authenticate')).toEqual(['Basic realm="a"', 'Digest x']);
  });

  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a body without end', 'RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n'],
    ['a negative length', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a head without end', `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(20_000)}`],
  ])('says that %s is not RTSP', (_name, bytes) => {
    expect(read(bytes)).toEqual({ found: [], broken: expect.any(String) });
  });

  it('throws nothing, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(Buffer.from(bytes))));
  });
});
