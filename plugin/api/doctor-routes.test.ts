import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CameraReport } from '../../protocol/api.ts';
import { http } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';

let hub: FakeHub;
let headers: Record<string, string>;
beforeAll(async () => {
  hub = await startFakeHub();
  const { token } = hub.auth.createToken({ name: 'x', scopes: ['control'] });
  headers = { authorization: `Bearer ${token}` };
});
afterAll(() => hub[Symbol.asyncDispose]());

const url = (path: string) => `${hub.api.url}/api/v1/${path}`;
const report = (id: string): CameraReport => ({
  ...{ camera: { id, name: id, slug: id }, at: 1, secureVideo: [] },
  verdicts: [{ check: 'gop', judgement: 'bad', found: 'It is long.', cure: 'Make it short.' }],
});

test('the whole report, one camera by its slug, and the cameras that were found', async () => {
  const asked: (string | undefined)[] = [];
  hub.services.examine = async ({ cameraId }) => {
    asked.push(cameraId);
    return { at: 1, host: [], cameras: ['cam-1', 'cam-2'].map(report) };
  };
  hub.services.discover = async () => [{ host: '10.0.0.2', port: 8000, model: 'RLC-810A' }];
  expect((await http(url('doctor'), { headers })).json()).toMatchObject({
    cameras: [report('cam-1'), report('cam-2')],
  });
  expect((await http(url('cameras/garden/doctor'), { headers })).json()).toEqual(report('cam-2'));
  expect(asked).toEqual([undefined, 'cam-2']);
  expect((await http(url('discover'), { headers })).json()).toEqual({
    cameras: [{ host: '10.0.0.2', port: 8000, model: 'RLC-810A' }],
  });
});

test('a camera that is not there is not examined', async () => {
  hub.services.examine = () => Promise.reject(new Error('nobody asks'));
  expect((await http(url('cameras/attic/doctor'), { headers })).status).toBe(404);
});

test('an examination ends when nobody waits for it any more', async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal>();
  hub.services.examine = ({ signal }) => {
    begin(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const leaving = new AbortController();
  const asked = fetch(url('doctor'), { headers, signal: leaving.signal });
  const signal = await begun;
  expect(signal.aborted).toBe(false);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await expect.poll(() => signal.aborted).toBe(true);
});
