import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRequest, formatResponse, type RtspItem, RtspReader, RtspSyntaxError } from './rtsp-message.ts';

function readAll(bytes: Buffer, cuts: readonly number[] = []): RtspItem[] {
  const reader = new RtspReader();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).flatMap((edge, index) => [...reader.push(bytes.subarray(edges[index], edge))]);
}

function packet(channel: number, data: Uint8Array): Buffer {
  const head = Buffer.from([0x24, channel, 0, 0]);
  head.writeUInt16BE(data.length, 2);
  return Buffer.concat([head, data]);
}

describe('RtspReader', () => {
  it('reads what was written, however it was split', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 255 }),
        fc.string({ maxLength: 80 }),
        fc.array(fc.nat(2000), { maxLength: 12 }),
        (data, channel, body, cuts) => {
          const bytes = Buffer.concat([
            Buffer.from(formatRequest('ANNOUNCE', 'rtsp://camera/main', { CSeq: '7' }, body)),
            packet(channel, data),
            Buffer.from(formatResponse(200, { CSeq: '7', Session: 'a' })),
          ]);
          const [request, media, response, ...rest] = readAll(bytes, cuts);
          expect(request).toMatchObject({
            type: 'request',
            method: 'ANNOUNCE',
            url: 'rtsp://camera/main',
            body,
          });
          expect(media).toEqual({ type: 'interleaved', channel, data: Buffer.from(data) });
          expect(response).toMatchObject({ type: 'response', status: 200, reason: 'OK', body: '' });
          expect(rest).toEqual([]);
        },
      ),
    );
  });

  it('answers any bytes with items or an RtspSyntaxError, and nothing else', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .array(
          fc.constantFrom(
            'OPTIONS',
            ' ',
            '*',
            'RTSP/1.0',
            '\r\n',
            '\r\n\r\n',
            ':',
            'Content-Length: ',
            '-1',
            '$',
          ),
        )
        .map((words) => Buffer.from(words.join(''))),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        try {
          readAll(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RtspSyntaxError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['an endless head', 'A'.repeat(17 * 1024)],
    ['a negative body', 'OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n'],
    ['a huge body', 'OPTIONS * RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n'],
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['a header without a name', 'OPTIONS * RTSP/1.0\r\n: x\r\n\r\n'],
  ])('refuses %s', (_name, text) => {
    expect(() => readAll(Buffer.from(text))).toThrow(RtspSyntaxError);
  });

  it('lets no header value begin a new line', () => {
    const text = formatResponse(200, { Session: 'a\r\nEvil: yes' });
    expect(text).not.toContain('\r\nEvil');
  });
});
