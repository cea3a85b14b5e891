import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import { PAYLOAD_MOST } from '../../system/frames.ts';
import { makeMarker } from './identity.ts';
import { childrenOf, readMultistatus } from './webdav-reply.ts';
import { createWebdavTarget, type WebdavTargetDeps } from './webdav-target.ts';

const ID = '3f0c6c1e-8d0f-4b52-9d1a-0d8a3ef7c001';
let closing: Closing;
beforeEach(() => {
  closing = new Closing();
});
afterEach(() => closing[Symbol.asyncDispose]());

type Handler = (request: IncomingMessage, reply: ServerResponse, body: Buffer) => unknown;

/** A server that says what it is told to; the marker is there unless a handler says otherwise. */
async function openAt(
  handlers: Record<string, Handler>,
  marker: Handler = giveMarker,
  deps: WebdavTargetDeps = { clock: systemClock },
) {
  const asked: string[] = [];
  const server = createServer(async (request, reply) => {
    const { method = '', url = '', headers } = request;
    asked.push(`${method} ${url}`);
    const chunks: Buffer[] = [];
    const early = handlers[`early ${method}`];
    if (early) return early(request, reply, Buffer.alloc(0));
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (method === 'GET' && url.endsWith('/.doorstep.json')) return marker(request, reply, Buffer.alloc(0));
    const handler = handlers[`${method} ${headers.depth ?? ''}`.trim()] ?? handlers[method] ?? notFound;
    handler(request, reply, Buffer.concat(chunks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.defer(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/dav/recordings`;
  const config = { kind: 'webdav', url, username: 'u', password: 'a secret', allowOutside: false } as const;
  const target = closing.use(createWebdavTarget(config, deps));
  return { target, asked, open: () => target.open(undefined) };
}

const giveMarker: Handler = (_, reply) => reply.end(makeMarker(ID, 0));
const notFound: Handler = (_, reply) => reply.writeHead(404).end('<html>no</html>');
const says =
  (status: number, headers: Record<string, string> = {}, body = ''): Handler =>
  (_, reply) =>
    reply.writeHead(status, headers).end(body);
const file = (bytes: number) =>
  `<d:multistatus xmlns:d="DAV:"><d:response><d:href>/dav/x</d:href><d:propstat><d:prop><d:resourcetype/><d:getcontentlength>${bytes}</d:getcontentlength></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>`;

describe('lists, as servers write them', () => {
  const row = (href: string, folder: boolean, more = '') =>
    `<d:response><d:href>${href}</d:href><d:propstat><d:prop><d:resourcetype>${folder ? '<d:collection/>' : ''}</d:resourcetype>${folder ? '' : '<d:getcontentlength>5</d:getcontentlength>'}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>${more}</d:response>`;
  const missing =
    '<d:propstat><d:prop><d:getcontentlength/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>';
  const reply = (...rows: string[]) =>
    `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${rows.join('')}</d:multistatus>`;

  it.each([
    [
      'Nextcloud',
      reply(
        row('/remote.php/dav/files/me/d/', true, missing),
        row('/remote.php/dav/files/me/d/a%20b.mp4', false),
        row('/remote.php/dav/files/me/d/t%c3%bcr/', true, missing),
      ),
    ],
    [
      'Apache',
      reply(row('/d/', true, missing), row('/d/a%20b.mp4', false), row('/d/t%c3%bcr/', true, missing)),
    ],
    [
      'with the host',
      reply(
        row('http://nas:5005/d/', true),
        row('http://nas:5005/d/a%20b.mp4', false),
        row('http://nas:5005/d/t%C3%BCr', true),
      ),
    ],
    ['itself last, no slash', reply(row('/d/a%20b.mp4', false), row('/d/t%C3%BCr', true), row('/d', true))],
    [
      'of deeper levels too',
      reply(row('/d', true), row('/d/a%20b.mp4', false), row('/d/tür', true), row('/d/tür/deep.mp4', false)),
    ],
  ])('%s', (_, text) => {
    const found = childrenOf(readMultistatus(text) ?? []);
    expect(found?.map(({ path, folder, bytes }) => [path.at(-1), folder, bytes])).toEqual([
      ['a b.mp4', false, 5],
      ['tür', true, undefined],
    ]);
  });

  it.each([
    ['an empty folder', reply(row('/d/', true)), []],
    ['a file', reply(row('/d', false)), undefined],
    ['nothing', reply(), undefined],
  ])('%s', (_, text, expected) => {
    expect(childrenOf(readMultistatus(text) ?? [])).toEqual(expected);
  });

  it.each(['', '<html></html>', '<d:multistatus xmlns:d="DAV:">', `${reply()}Internal Server Error`])(
    '%j is none',
    (text) => {
      expect(readMultistatus(text)).toBeUndefined();
    },
  );

  it('a day of many files', () => {
    const rows = Array.from({ length: 6000 }, (_, n) => row(`/d/${n}.mp4`, false));
    expect(childrenOf(readMultistatus(reply(row('/d/', true), ...rows)) ?? [])).toHaveLength(6000);
  });
});

describe('at the door', () => {
  it.each([
    [
      'a redirect',
      says(302, { location: 'https://u:p@nas.example/login?token=abc' }),
      'failed',
      /https:\/\/nas\.example\/login/,
    ],
    ['a page for people', says(200, {}, '<html>Welcome</html>'), 'no-marker', /not a marker/],
    ['no right', says(403), 'denied', /right/],
    ['maintenance', says(503), 'missing', /cannot answer/],
    ['something of its own', says(500), 'failed', /500/],
    [
      'too much',
      (_: IncomingMessage, reply: ServerResponse) => reply.end('x'.repeat(100_000)),
      'failed',
      /more than/,
    ],
    [
      'no HTTP',
      (request: IncomingMessage) => request.socket.end('SSH-2.0-OpenSSH\r\n'),
      'failed',
      /web server/,
    ],
    ['nothing at all', (request: IncomingMessage) => request.socket.destroy(), 'missing', /does not answer/],
    [
      'half of it',
      (_: IncomingMessage, reply: ServerResponse) => {
        reply.writeHead(200, { 'content-length': 99 });
        reply.write('{"door');
        setImmediate(() => reply.destroy());
      },
      'missing',
      /does not answer/,
    ],
  ] satisfies [string, Handler, string, RegExp][])('%s', async (_, handler, fault, message) => {
    const { open } = await openAt({}, handler);
    const error = await open().catch((error: unknown) => error);
    expect(error).toMatchObject({ fault, message: expect.stringMatching(message) });
    expect(String(error)).not.toMatch(/secret|token|:p@/);
  });

  it('an ordinary web server knows no PROPFIND', async () => {
    const { open } = await openAt({ PROPFIND: says(405) }, notFound);
    await expect(open()).rejects.toMatchObject({ fault: 'failed', message: expect.stringMatching(/WebDAV/) });
  });

  it('a login by Digest, whose nonce runs out', async () => {
    let nonce = 1;
    const guarded: Handler = (request, reply) => {
      if (request.headers.authorization?.includes(`nonce="${nonce}"`))
        return giveMarker(request, reply, Buffer.alloc(0));
      nonce++;
      const stale = request.headers.authorization ? ', stale=true' : '';
      return says(401, {
        'www-authenticate': `Basic realm="x", Digest realm="x", nonce="${nonce}", qop="auth"${stale}`,
      })(request, reply, Buffer.alloc(0));
    };
    const { open, asked } = await openAt({ PROPFIND: notFound }, guarded);
    await using first = await open();
    nonce++;
    await using second = await open();
    expect([first.facts.id, second.facts.id]).toEqual([ID, ID]);
    expect(asked.filter((line) => line.startsWith('GET'))).toHaveLength(4);
  });

  it('a login that is never enough', async () => {
    const { open } = await openAt(
      {},
      says(401, { 'www-authenticate': 'Digest realm="x", nonce="1", qop="auth", stale=true' }),
    );
    await expect(open()).rejects.toMatchObject({ fault: 'denied' });
  });
});

describe('while writing', () => {
  const path = 'door/2026/a.json';
  const good: Record<string, Handler> = {
    MKCOL: says(201),
    PUT: says(201),
    GET: says(200, {}, 'text'),
    MOVE: says(201),
    DELETE: says(204),
    PROPFIND: says(207, {}, file(4)),
  };

  it.each([
    ['no room', { PUT: says(507) }, 'full'],
    ['too large for a proxy', { PUT: says(413) }, 'failed'],
    ['no right', { PUT: says(403) }, 'denied'],
    ['read-only', { PUT: says(405) }, 'read-only'],
    ['locked', { PUT: says(423) }, 'read-only'],
    ['no folder, ever', { PUT: says(409) }, 'read-only'],
    ['no room, said early', { 'early PUT': says(507) }, 'full'],
    ['the root went away', { MKCOL: says(409) }, 'missing'],
    ['no room for a folder', { MKCOL: says(507) }, 'full'],
    ['cut short', { GET: says(200, {}, 'tex') }, 'corrupt'],
    ['another byte', { GET: says(200, {}, 'tExt') }, 'corrupt'],
    ['a byte too much', { GET: says(200, {}, 'texts') }, 'corrupt'],
    ['gone', { GET: notFound }, 'corrupt'],
    ['without an end', { GET: (_, reply) => void endless(reply) }, 'corrupt'],
    ['in the way', { MOVE: says(412) }, 'failed'],
    ['a list of failures', { MOVE: says(207, {}, '<d:multistatus xmlns:d="DAV:"/>') }, 'failed'],
    ['another size at last', { PROPFIND: says(207, {}, file(3)) }, 'corrupt'],
    ['no file at last', { PROPFIND: says(404) }, 'corrupt'],
  ] satisfies [string, Record<string, Handler>, string][])('%s', async (_, odd, fault) => {
    const { open, asked } = await openAt({ ...good, ...odd });
    await using session = await open();
    await expect(session.putText(path, 'text')).rejects.toMatchObject({ fault });
    // Where nothing is there any more, nothing is tidied.
    if (fault !== 'missing') expect(asked).toContainEqual(expect.stringMatching(/^DELETE .*\.part$/));
  });

  it('the same word for "full" and "not allowed": the room that is left tells', async () => {
    const room = file(4).replace('<d:resourcetype/>', '<d:quota-available-bytes>3</d:quota-available-bytes>');
    const { open } = await openAt({ ...good, PUT: says(405), PROPFIND: says(207, {}, room) });
    await using session = await open();
    await expect(session.putText(path, 'text')).rejects.toMatchObject({ fault: 'full' });
  });

  it('a proxy that ends TLS: the path alone is understood', async () => {
    const destinations: unknown[] = [];
    const { open } = await openAt({
      ...good,
      MOVE: (request, reply) => {
        destinations.push(request.headers.destination);
        reply.writeHead(destinations.length === 1 ? 502 : 201).end();
      },
    });
    await using session = await open();
    await session.putText(path, 'text');
    expect(destinations).toEqual([
      expect.stringMatching(/^http:\/\/127/),
      '/dav/recordings/door/2026/a.json',
    ]);
  });

  it('makes each folder once, and again when it went away', async () => {
    let lost = false;
    const { open, asked } = await openAt({
      ...good,
      PUT: (_, reply) => {
        reply.writeHead(lost ? 409 : 201).end();
        lost = false;
      },
    });
    await using session = await open();
    const made = () => asked.filter((line) => line.startsWith('MKCOL'));
    await session.putText(path, 'text');
    await session.putText(path, 'text');
    expect(made()).toEqual(['MKCOL /dav/recordings/door/', 'MKCOL /dav/recordings/door/2026/']);
    lost = true;
    await session.putText(path, 'text');
    expect(made()).toHaveLength(4);
  });

  const late = (method: string) => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<number>();
    const handlers: Record<string, Handler> = {
      ...good,
      [method]: async (_, reply) => {
        asked.resolve();
        reply.writeHead(await answer.promise).end();
      },
    };
    return { asked: asked.promise, answer, handlers };
  };

  it.each(['PUT', 'MOVE'])('a late answer to %s: it shows progress while it waits', async (method) => {
    const clock = new ManualClock();
    const progress = vi.fn();
    const { asked, answer, handlers } = late(method);
    const { open } = await openAt(handlers, giveMarker, { clock, progress });
    await using session = await open();
    const put = session.putText(path, 'text');
    await asked;
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    for (let seconds = 0; seconds < 15; seconds++) {
      progress.mockClear();
      clock.advance(1000);
      expect(progress).toHaveBeenCalled();
    }
    answer.resolve(201);
    await put;
    expect(clock.pending).toBe(0);
  });

  it.each(['PUT', 'MOVE'])('no answer to %s: this one file is given up, not the target', async (method) => {
    const clock = new ManualClock();
    const { asked, answer, handlers } = late(method);
    const { open, asked: requests } = await openAt(handlers, giveMarker, { clock });
    await using session = await open();
    const put = session.putText(path, 'text').catch((error: unknown) => error);
    await asked;
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    clock.advance(30_000);
    expect(await put).toMatchObject({ fault: 'failed', message: expect.stringContaining('does not say') });
    expect(requests).toContainEqual(expect.stringMatching(/^DELETE .*\.part$/));
    answer.resolve(201);
  });

  it('called off in the middle: what is half-written goes, and nobody waits long for that', async () => {
    const { asked, answer, handlers } = late('PUT');
    const deleted = vi.fn();
    const { open } = await openAt({
      ...handlers,
      DELETE: (request, reply) => {
        deleted(request.url);
        if (deleted.mock.calls.length > 1) reply.writeHead(204).end();
      },
    });
    await using session = await open();
    const stop = new AbortController();
    const put = session.putText(path, 'text', stop.signal).catch((error: unknown) => error);
    await asked;
    stop.abort();
    expect(await put).toMatchObject({ fault: 'failed' });
    expect(deleted).toHaveBeenCalledExactlyOnceWith('/dav/recordings/door/2026/a.json.part');
    answer.resolve(201);
  });

  it('a damaged piece: what an earlier attempt left half-written goes', async () => {
    const { open, asked } = await openAt(good);
    await using session = await open();
    const gone = { path: '/no/such/piece', bytes: 1, sha256: '' };
    await expect(session.put(path, [gone])).rejects.toMatchObject({ fault: 'bad-piece' });
    expect(asked).toContainEqual(`DELETE /dav/recordings/${path}.part`);
  });

  it('removes no folder in place of a file', async () => {
    const folder = file(0).replace('<d:resourcetype/>', '<d:resourcetype><d:collection/></d:resourcetype>');
    const { open, asked } = await openAt({ ...good, PROPFIND: says(207, {}, folder) });
    await using session = await open();
    await expect(session.remove('door')).rejects.toMatchObject({ fault: 'failed' });
    expect(asked.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  it.each(['../up', '/root', 'a//b', 'a/../b', '.hidden', '', 'a\\b', 'a%2fb'])(
    '%j is no path',
    async (odd) => {
      const { open } = await openAt(good);
      await using session = await open();
      await expect(session.putText(odd, 'text')).rejects.toMatchObject({ fault: 'failed' });
      await expect(session.remove(odd)).rejects.toMatchObject({ fault: 'failed' });
    },
  );
});

describe('while reading', () => {
  it('a text that is longer than a frame may be', async () => {
    const { open } = await openAt({ GET: says(200, {}, 'x'.repeat(PAYLOAD_MOST + 1)) });
    await using session = await open();
    const error = { fault: 'failed', message: expect.stringContaining(`${PAYLOAD_MOST}`) };
    await expect(session.readText('door/index.jsonl')).rejects.toMatchObject(error);
  });

  it.each([
    ['the right part', says(206, { 'content-range': 'bytes 2-5/9' }, 'CDEF'), 'CDEF'],
    ['to the end', says(206, { 'content-range': 'bytes 2-3/4' }, 'CD'), 'CD'],
    ['all, for who knows no ranges', says(200, {}, 'ABCDEFGHI'), 'CDEF'],
    ['beyond the end', says(416), ''],
    ['another part', says(206, { 'content-range': 'bytes 0-3/9' }, 'ABCD'), undefined],
    ['less than it says', says(206, { 'content-range': 'bytes 2-5/9' }, 'CD'), undefined],
    ['more than it says', says(206, { 'content-range': 'bytes 2-3/9' }, 'CDEF'), undefined],
    ['without saying what', says(206, {}, 'CDEF'), undefined],
    ['without an end', (_: IncomingMessage, reply: ServerResponse) => void endless(reply), 'xxxx'],
  ] satisfies [string, Handler, string | undefined][])('%s', async (_, GET, expected) => {
    const { open } = await openAt({ GET });
    await using session = await open();
    const read = session.read('door/a.mp4', 2, 6);
    if (expected === undefined) await expect(read).rejects.toMatchObject({ fault: 'failed' });
    else expect((await read).toString()).toBe(expected);
  });
});

async function endless(reply: ServerResponse): Promise<void> {
  reply.writeHead(200);
  const chunk = Buffer.alloc(65_536, 'x');
  const closed = new Promise((resolve) => reply.once('close', resolve));
  while (!reply.destroyed) {
    if (!reply.write(chunk))
      await Promise.race([closed, new Promise((resolve) => reply.once('drain', resolve))]);
  }
}
