import { expect, test, vi } from 'vitest';
import { readConfig } from '../read-config.ts';
import { createCameraFinder } from './find-cameras.ts';

const never = new AbortController().signal;
const found = (host: string) => ({ host, port: 80 });

function units(...cameras: object[]) {
  const { config } = readConfig({ platform: 'Doorstep', cameras });
  return config.cameras.map((camera) => ({
    camera: { ref: { id: camera.name, name: camera.name, slug: camera.name } },
    config: camera,
  }));
}

test.each([
  ['by its stream', { main: 'rtsp://me:p@ss@10.0.0.2:8554/a' }, '10.0.0.2'],
  ['by its stream, of IPv6', { main: 'rtsp://[fe80::1]/a' }, 'fe80::1'],
  ['by ONVIF', { onvif: { host: '10.0.0.2', user: 'u', password: 'p' } }, '10.0.0.2'],
])('a camera that is configured is named: %s', async (_, camera, host) => {
  const find = createCameraFinder(units({ name: 'Front door', ...camera }), async () => [
    found(host),
    found('10.0.0.9'),
  ]);
  expect(await find(never)).toEqual([{ ...found(host), configuredAs: 'Front door' }, found('10.0.0.9')]);
});

test('those who ask at the same time share one search, which ends when nobody waits for it', async () => {
  const over = Promise.withResolvers<ReturnType<typeof found>[]>();
  const signals: AbortSignal[] = [];
  const search = vi.fn((signal: AbortSignal) => {
    signals.push(signal);
    return over.promise;
  });
  const find = createCameraFinder([], search);
  const leaving = new AbortController();
  const first = find(leaving.signal);
  const second = find(never);
  leaving.abort();
  await expect(first).rejects.toThrow();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  over.resolve([found('10.0.0.2')]);
  expect(await second).toEqual([found('10.0.0.2')]);
  await find(never);
  expect(search).toHaveBeenCalledTimes(2);
  const alone = new AbortController();
  const last = createCameraFinder([], (signal) => {
    signals.push(signal);
    return new Promise(() => {});
  })(alone.signal);
  alone.abort();
  await expect(last).rejects.toThrow();
  expect(signals.at(-1)?.aborted).toBe(true);
});
