/** A simulated doorbell with real streams, seen by an ONVIF client that is not ours: the npm package `onvif`. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Cam } from 'onvif';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openOnvif } from '../../plugin/camera/onvif/onvif-camera.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { type Simulator, startSimulator } from '../simulator-process.ts';

const run = promisify(execFile);
const GENEROUS = { timeout: 20_000, interval: 50 };
const LOGIN = { username: 'owner', password: 'secret' };

let doorbell: Simulator;
let where: { host: string; port: number };
beforeAll(async () => {
  doorbell = await startSimulator({
    ...{ user: LOGIN.username, password: LOGIN.password, onvif: 'reolink' },
    ...{ size: '640x360', fps: 10, gopSeconds: 1, audio: 'none', name: 'Front door' },
  });
  const { onvif } = await doorbell.state();
  if (!onvif) throw new Error('It does not speak ONVIF.');
  where = { host: onvif.host, port: onvif.port };
}, 60_000);
afterAll(() => doorbell[Symbol.asyncDispose]());

/** The mean luma of a place in the lower left and of one in the upper right of the picture. */
async function brightness(url: string): Promise<{ left: number; right: number }> {
  const place = (crop: string) => `crop=${crop},scale=1:1:flags=area`;
  const graph = `split[a][b];[a]${place('200:100:40:220')}[c];[b]${place('200:100:400:20')}[d];[c][d]hstack,format=gray`;
  const input = ['-rtsp_transport', 'tcp', '-probesize', '100000', '-analyzeduration', '500000', '-i', url];
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', ...input, '-frames:v', '1', '-filter_complex', graph, '-f', 'rawvideo', '-'],
    { encoding: 'buffer', timeout: 25_000 },
  );
  const [left = -1, right = -1] = stdout;
  return { left, right };
}

describe('an independent client', () => {
  let camera: Cam;
  beforeAll(async () => {
    camera = await new Promise<Cam>((resolve, reject) => {
      const cam: Cam = new Cam(
        { hostname: where.host, port: where.port, ...LOGIN, timeout: 10_000 },
        (error) => (error ? reject(error) : resolve(cam)),
      );
    });
  });

  test('finds who it is, and its streams', async () => {
    const information = await new Promise<{ manufacturer?: string }>((resolve, reject) =>
      camera.getDeviceInformation((error, found) => (error ? reject(error) : resolve(found ?? {}))),
    );
    expect(information.manufacturer).toBe('Reolink');
    const uri = await new Promise<string>((resolve, reject) =>
      camera.getStreamUri({ protocol: 'RTSP' }, (error, stream) =>
        error ? reject(error) : resolve(stream?.uri ?? ''),
      ),
    );
    expect(new URL(uri).port).toBe(new URL(doorbell.main).port);
  });

  test('hears the bell', async () => {
    const topics: string[] = [];
    camera.on(
      'event',
      (message: { topic: { _: string }; message: { message: { $: { PropertyOperation: string } } } }) => {
        if (message.message.message.$.PropertyOperation === 'Changed') topics.push(message.topic._);
      },
    );
    await vi.waitFor(async () => expect((await doorbell.state()).onvif?.subscriptions).toBe(1), GENEROUS);
    await doorbell.ring();
    await vi.waitFor(() => expect(topics).toContain('tns1:RuleEngine/MyRuleDetector/Visitor'), GENEROUS);
    camera.removeAllListeners('event');
  });
});

test('our client hears the bell, finds the streams, and hides a part of the picture', {
  timeout: 90_000,
}, async () => {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  await using camera = openOnvif(
    { name: 'Front door', config: { ...where, ...LOGIN, events: true, topics: [] } },
    { clock: systemClock, log },
  );
  const streams = await camera.streams();
  expect(streams.main).toBe(doorbell.main);
  expect(streams.profiles.map(({ width, height }) => `${width}x${height}`)).toEqual(['640x360', '640x360']);
  const rings: number[] = [];
  camera.onEvent(({ kind, active, at }) => {
    if (kind === 'ring' && active) rings.push(at);
  });
  await vi.waitFor(() => expect(camera.state.listening).toBe(true), GENEROUS);
  const pressedAt = await doorbell.ring();
  await vi.waitFor(() => expect(rings).toHaveLength(1), GENEROUS);
  expect(Math.abs((rings[0] ?? 0) - pressedAt)).toBeLessThan(1500);

  const before = await brightness(streams.main);
  expect(before.left).toBeGreaterThan(40);
  const corner = [
    [0, 0.5],
    [0.5, 0.5],
    [0.5, 1],
    [0, 1],
  ] as const;
  expect(await camera.masks.write([corner])).toBe(true);
  await vi.waitFor(async () => {
    const { left, right } = await brightness(streams.main);
    expect(left).toBeLessThan(25);
    expect(right).toBeGreaterThan(before.right - 20);
  }, GENEROUS);
  expect(await camera.masks.write([])).toBe(true);
  await vi.waitFor(async () => expect((await brightness(streams.main)).left).toBeGreaterThan(40), GENEROUS);
});
