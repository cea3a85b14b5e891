/** Servers that behave as no server should. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import { createPost, type PostRequest } from './http-post.ts';

let closing: Closing;
beforeEach(() => {
  closing = new Closing();
});
afterEach(() => closing[Symbol.asyncDispose]());

const post = createPost(systemClock);
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n';

/** A server that treats each connection so. */
async function server(
  treat: (socket: Socket) => void,
): Promise<{ port: number; server: Server; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    // Who does not read never learns that the other side is gone.
    socket
      .on('error', () => {})
      .on('close', () => sockets.delete(socket))
      .resume();
    treat(socket);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  closing.defer(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        listening.close(() => resolve());
      }),
  );
  const address = listening.address();
  return { port: typeof address === 'object' && address ? address.port : 0, server: listening, sockets };
}

const ask = (port: number, more: Partial<Pick<PostRequest, 'deadlineMs' | 'signal' | 'headers'>> = {}) =>
  post({
    ...{ host: '127.0.0.1', port, path: '/', headers: {}, body: '<x/>', deadlineMs: 10_000 },
    signal: new AbortController().signal,
    ...more,
  });

describe('one request', () => {
  test('gives status, text, and each challenge', async () => {
    const { port } = await server((socket) =>
      socket.end(
        'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="a"\r\nwww-authenticate: Basic realm="b"\r\nContent-Length: 2\r\n\r\nhi',
      ),
    );
    expect(await ask(port)).toEqual({
      ...{ status: 401, text: 'hi' },
      challenges: ['Digest realm="a"', 'Basic realm="b"'],
    });
  });

  test('any text may stand in a header: as UTF-8, without what would end it', async () => {
    let head = '';
    const { port } = await server((socket) => {
      socket.on('data', (part) => {
        head += part.toString('utf8');
        socket.end(`${HEAD}Content-Length: 2\r\n\r\nhi`);
      });
    });
    await ask(port, { headers: { authorization: 'Digest username="管理 é\r\n\u0000x"' } });
    expect(head.toLowerCase()).toContain('authorization: digest username="管理 éx"\r\n');
  });

  test('a realm is UTF-8, too', async () => {
    const { port } = await server((socket) =>
      socket.end('HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="門"\r\nContent-Length: 0\r\n\r\n'),
    );
    expect((await ask(port)).challenges).toEqual(['Digest realm="門"']);
  });

  test('nobody listens', async () => {
    const { port, server: gone } = await server(() => {});
    await new Promise<void>((resolve) => gone.close(() => resolve()));
    await expect(ask(port)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['hangs up', (socket) => socket.destroy(), 'unreachable'],
    ['speaks no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'), 'not-onvif'],
    [
      'promises more than it sends',
      (socket) => socket.end(`${HEAD}Content-Length: 100\r\n\r\nhalf`),
      'unreachable',
    ],
    ['sends headers without end', (socket) => pour(socket, HEAD, 'X-More: yes\r\n'), 'not-onvif'],
    [
      'sends a body without end',
      (socket) => pour(socket, `${HEAD}\r\n`, '<more/>'.repeat(1000)),
      'not-onvif',
    ],
  ])('a server that %s', async (_, treat, kind) => {
    const { port, sockets } = await server(treat);
    await expect(ask(port)).rejects.toMatchObject({ kind });
    await expect.poll(() => sockets.size, { timeout: 10_000 }).toBe(0);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['never answers', () => {}],
    ['answers by one byte now and then', (socket) => void drip(socket)],
  ])('a server that %s is left when the time is up', async (_, treat) => {
    const { port, sockets } = await server(treat);
    const began = performance.now();
    await expect(ask(port, { deadlineMs: 400 })).rejects.toMatchObject({ kind: 'silent' });
    expect(performance.now() - began).toBeLessThan(5000);
    await expect.poll(() => sockets.size, { timeout: 10_000 }).toBe(0);
  });

  test('is cancelled, before it begins and while it waits', async () => {
    const { port, sockets, server: listening } = await server(() => {});
    let connections = 0;
    listening.on('connection', () => {
      connections += 1;
    });
    await expect(ask(port, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'unreachable' });
    const ending = new AbortController();
    const waiting = ask(port, { signal: ending.signal });
    await expect.poll(() => sockets.size, { timeout: 10_000 }).toBe(1);
    expect(connections).toBe(1);
    ending.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'unreachable' });
    await expect.poll(() => sockets.size, { timeout: 10_000 }).toBe(0);
  });
});

function pour(socket: Socket, start: string, more: string): void {
  socket.write(start);
  const next = () => {
    while (!socket.destroyed && socket.write(more));
    if (!socket.destroyed) socket.once('drain', next);
  };
  next();
}

function drip(socket: Socket): void {
  socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
  const timer = setInterval(() => socket.write('x'), 50);
  socket.on('close', () => clearInterval(timer));
}
