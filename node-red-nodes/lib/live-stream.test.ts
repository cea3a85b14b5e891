import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { proxyTo, type TcpProxy } from '../../test/support/tcp-proxy.ts';
import type { ServerNode } from './event-node.ts';
import { type LiveViewer, watchLive } from './live-stream.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const PATH = '/cameras/cam-1/live.mjpeg';

let hub: FakeHub;
let proxy: TcpProxy;
let server: ServerNode;
beforeAll(async () => {
  hub = await startFakeHub();
  proxy = await proxyTo(Number(new URL(hub.api.url).port));
  const { token } = hub.auth.createToken({ name: 'live', scopes: ['media'] });
  const address = { host: '127.0.0.1', port: proxy.port, tls: false };
  server = { deployed: { address, token } } as ServerNode;
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

class Viewer implements LiveViewer {
  pictures = 0;
  readonly faults: string[] = [];
  onPicture(): void {
    this.pictures += 1;
  }
  onBroken({ code }: { code: string }): void {
    this.faults.push(code);
  }
  sees(more: number): Promise<void> {
    const wanted = this.pictures + more;
    return vi.waitFor(() => expect(this.pictures).toBeGreaterThanOrEqual(wanted), PATIENCE);
  }
}

test('several watch one stream, which ends with the last of them', async () => {
  const asked = vi.spyOn(globalThis, 'fetch');
  const [one, two] = [new Viewer(), new Viewer()];
  const leaveOne = watchLive(server, PATH, one);
  const leaveTwo = watchLive(server, PATH, two);
  await Promise.all([one.sees(2), two.sees(2)]);
  expect(asked).toHaveBeenCalledOnce();
  leaveOne();
  const seen = one.pictures;
  await two.sees(2);
  expect(one.pictures).toBe(seen);
  leaveTwo();
  await vi.waitFor(() => expect(proxy.open).toBe(0), PATIENCE);
  expect([...one.faults, ...two.faults]).toEqual([]);
  asked.mockRestore();
});

test('a stream that breaks begins anew', async () => {
  const viewer = new Viewer();
  const leave = watchLive(server, PATH, viewer);
  await viewer.sees(1);
  proxy.cut();
  await vi.waitFor(() => expect(viewer.faults).toHaveLength(1), PATIENCE);
  await viewer.sees(1);
  leave();
});

test('what is not there is told, and tried again until nobody waits', async () => {
  const viewer = new Viewer();
  const leave = watchLive(server, '/cameras/shed/live.mjpeg', viewer);
  await vi.waitFor(() => expect(viewer.faults.length).toBeGreaterThan(1), PATIENCE);
  expect(viewer.faults[0]).toBe('no-camera-there');
  leave();
});
