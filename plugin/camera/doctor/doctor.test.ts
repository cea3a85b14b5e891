import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FakeCamera } from '../../../test/support/fake-camera.ts';
import { makeSampleMedia, type SampleMedia } from '../../../test/support/sample-media.ts';
import { readConfig } from '../../read-config.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { createDoctor, type DoctorOptions } from './doctor.ts';
import type { OnvifFacts } from './facts.ts';

let media: SampleMedia;
let folder: string;
beforeAll(async () => {
  media = await makeSampleMedia({ seconds: 12 });
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ffmpeg = {
  version: '5.1',
  major: 5,
  minor: 1,
  origin: 'PATH',
  encoders: new Set(['libx264', 'libopus']),
};
const askMdns = async () => ({ answered: true });
const interfaces = (): ReturnType<typeof networkInterfaces> => ({
  eth0: [
    {
      ...{ address: '127.0.0.2', netmask: '255.0.0.0', family: 'IPv4', mac: '', internal: false },
      cidr: '127.0.0.2/8',
    },
  ],
});
const deps = { clock: systemClock, startChild, host: { askMdns, interfaces } };
const signal = new AbortController().signal;

function openCamera(name = 'Front door', onvif?: () => Promise<OnvifFacts>) {
  const slug = name.toLowerCase().replace(' ', '-');
  const camera = new FakeCamera({ ref: { id: `id-${slug}`, name, slug }, media });
  // As of a hub that has run for a while: the ring is full.
  const watch = vi.spyOn(camera, 'watch').mockImplementation(async function* () {
    const start = Date.now() - media.duration * 1000;
    yield media.init;
    for (const fragment of media.fragments) yield { ...fragment, at: start + fragment.time * 1000 };
  });
  const { config } = readConfig({
    platform: 'Doorstep',
    cameras: [{ name, main: 'rtsp://u:secret@127.0.0.1:1/Streaming/Channels/101' }],
  });
  const [own] = config.cameras;
  if (!own) throw new Error('no camera');
  return { camera, watch, config: own, ...(onvif && { onvif }) };
}

const optionsFor = (cameras: DoctorOptions['cameras']): DoctorOptions => ({
  ...{ cameras, ffmpeg, encoder: () => ({ name: 'libx264', hardware: false }), storage: folder },
  ...{ ports: () => [{ what: 'web app and API', port: 1 }], childBridge: true },
});

test('a hub examines host and cameras by what it reads anyway, and leaves nothing behind', async () => {
  const front = openCamera();
  await using _camera = front.camera;
  using doctor = createDoctor(optionsFor([front]), deps);
  const [report, same] = await Promise.all([doctor.examine({ signal }), doctor.examine({ signal })]);
  expect(same).toBe(report);
  expect(front.watch).toHaveBeenCalledTimes(1);
  const [first] = report.cameras;
  expect(first?.camera).toEqual(front.camera.ref);
  expect(first?.verdicts).toContainEqual({
    ...{ check: 'gop', judgement: 'good', found: 'A keyframe comes every 1 s.' },
  });
  expect(first?.verdicts.find(({ check }) => check === 'profile')?.found).toMatch(/Constrained Baseline/);
  // The maker by the path of its stream; nothing answers on that port.
  expect(first?.verdicts.find(({ check }) => check === 'onvif')?.cure).toContain('Hikvision');
  expect(first?.verdicts.find(({ check }) => check === 'latency')?.judgement).toBe('unknown');
  expect(first?.secureVideo.find(({ check }) => check === 'gop')?.judgement).toBe('good');
  expect(first?.secureVideo.find(({ check }) => check === 'prebuffer')?.judgement).toBe('good');
  expect(report.host.find(({ check }) => check === 'mdns')?.judgement).toBe('good');
  expect(report.host.find(({ check }) => check === 'ports')?.judgement).toBe('bad');
  expect(report.host.find(({ check }) => check === 'disk-speed')?.found).toMatch(/MB a second/);
  expect(await readdir(folder)).toEqual([]);
  expect(JSON.stringify(report)).not.toContain('secret');
});

test('one camera is examined alone; a camera that nobody has is no report', async () => {
  const [front, garden] = [openCamera(), openCamera('Garden')];
  await using _front = front.camera;
  await using _garden = garden.camera;
  using doctor = createDoctor(optionsFor([front, garden]), deps);
  garden.camera.offline({ code: 'camera-unreachable', what: 'It does not answer.', cure: 'Look.' });
  const report = await doctor.examine({ cameraId: garden.camera.ref.id, signal });
  expect(report.host).toEqual([]);
  expect(report.cameras).toHaveLength(1);
  const found = (check: string) => report.cameras[0]?.verdicts.find((each) => each.check === check);
  expect(found('connection')).toMatchObject({
    judgement: 'bad',
    found: 'It does not answer.',
    cure: 'Look.',
  });
  expect(found('history')?.found).toMatch(/lost once/);
  expect((await doctor.examine({ cameraId: 'nobody', signal })).cameras).toEqual([]);
});

test('an ONVIF that fails is a finding; who leaves gets an error and nothing goes on', async () => {
  const front = openCamera('Front door', () => Promise.reject(new Error('socket hang up')));
  await using _camera = front.camera;
  using doctor = createDoctor(
    optionsFor([{ ...front, config: { ...front.config, onvif: onvifConfig() } }]),
    deps,
  );
  const report = await doctor.examine({ cameraId: front.camera.ref.id, signal });
  expect(report.cameras[0]?.verdicts.find(({ check }) => check === 'onvif')).toMatchObject({
    ...{ judgement: 'bad', found: 'ONVIF does not answer: socket hang up.' },
  });
  const leaving = new AbortController();
  const left = doctor.examine({ signal: leaving.signal });
  leaving.abort();
  await expect(left).rejects.toThrow('abort');
});

function onvifConfig() {
  return { host: '127.0.0.1', port: 80, username: '', password: '', events: true, topics: [] };
}
