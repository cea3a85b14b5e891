import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DoctorReport, Verdict } from '../../protocol/api.ts';
import { startFakeHub } from '../../test/support/fake-hub.ts';
import { makeSampleMedia, type SampleMedia } from '../../test/support/sample-media.ts';
import { doctor } from './doctor.ts';

let storage: string;
let printed: string[];
let noted: string[];
beforeEach(() => {
  storage = mkdtempSync(join(tmpdir(), 'doctor-cli-'));
  printed = [];
  noted = [];
});
afterEach(() => rmSync(storage, { recursive: true }));

const terminal = {
  print: (text: string) => void printed.push(text),
  note: (text: string) => void noted.push(text),
  colour: false,
  width: 80,
};
const run = (flags: { json?: boolean; camera?: string } = {}, signal = new AbortController().signal) =>
  doctor(storage, { json: false, ...flags }, terminal, signal);
const configure = (...cameras: object[]) =>
  writeFileSync(
    join(storage, 'config.json'),
    JSON.stringify({ platforms: [{ platform: 'Doorstep', api: { port: 0 }, cameras }] }),
  );

test.each([
  ['no config.json', () => {}, 'not-homebridge'],
  ['a broken config.json', () => writeFileSync(join(storage, 'config.json'), '{'), 'config-unreadable'],
  [
    'no Doorstep in it',
    () => writeFileSync(join(storage, 'config.json'), '{"platforms":[]}'),
    'not-configured',
  ],
  ['a list of another kind', () => writeFileSync(join(storage, 'config.json'), '[]'), 'not-configured'],
])('%s: nothing is examined', async (_, prepare, code) => {
  prepare();
  expect(await run()).toBe(2);
  expect(printed).toEqual([]);
  expect(noted.at(-1)).toMatch(/\./);
  expect(await run({ json: true })).toBe(2);
  expect(JSON.parse(printed.join(''))).toMatchObject({ error: { code } });
});

test('a camera that is not configured', async () => {
  configure({ name: 'Front door', main: 'rtsp://127.0.0.1:1/x' });
  expect(await run({ camera: 'garden' })).toBe(2);
  expect(noted.at(-1)).toBe('There is no camera "garden". Those there are: front-door.');
});

test('a camera that does not answer is bad; nothing is written, and no password is shown', async () => {
  configure({ name: 'Front door', main: 'rtsp://u:secret@127.0.0.1:1/x' });
  expect(await run({ camera: 'front-door', json: true })).toBe(1);
  const report: DoctorReport = JSON.parse(printed.join(''));
  expect(report.host).toEqual([]);
  expect(report.cameras[0]?.verdicts[0]).toMatchObject({ check: 'connection', judgement: 'bad' });
  expect(printed.join('')).not.toContain('secret');
  expect(readdirSync(storage)).toEqual(['config.json']);
});

test.each([
  ['that is in privacy mode', { 'cam-1': { privacy: true, armed: true } }],
  ['whose switches cannot be read', { 'cam-1': { privacy: 'yes' } }],
  ['of which nobody knows how it is switched', 'torn'],
])('a camera %s is left alone: neither RTSP nor ONVIF', async (_, switches) => {
  let connections = 0;
  await using camera = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  camera.listen(0, '127.0.0.1');
  await once(camera, 'listening');
  const { port } = camera.address() as AddressInfo;
  const main = `rtsp://127.0.0.1:${port}/main`;
  configure({ name: 'Front door', main, onvif: { host: '127.0.0.1', port, user: 'u', password: 'secret' } });
  const folder = join(storage, 'doorstep');
  mkdirSync(folder);
  const known = [{ id: 'cam-1', name: 'Front door', stream: main }];
  writeFileSync(join(folder, 'cameras.json'), JSON.stringify(known));
  writeFileSync(
    join(folder, 'switches.json'),
    typeof switches === 'string' ? switches : JSON.stringify(switches),
  );
  await run({ json: true, camera: 'front-door' });
  expect(connections).toBe(0);
  const report: DoctorReport = JSON.parse(printed.join(''));
  expect(report.cameras[0]?.verdicts[0]).toMatchObject({ check: 'connection', judgement: 'unknown' });
  expect(report.cameras[0]?.verdicts[0]?.found).toContain('Privacy mode is on');
  // The same camera, switched back: now it is asked.
  writeFileSync(join(folder, 'switches.json'), JSON.stringify({ 'cam-1': { privacy: false, armed: true } }));
  await run({ json: true, camera: 'front-door' });
  expect(connections).toBeGreaterThan(0);
});

test('a stop on the way is no result', async () => {
  configure({ name: 'Front door', main: 'rtsp://127.0.0.1:1/x' });
  expect(await run({}, AbortSignal.abort())).toBe(2);
  expect(printed).toEqual([]);
});

describe('while the hub runs', () => {
  const verdict = (judgement: Verdict['judgement']): Verdict => ({
    check: 'gop',
    judgement,
    found: 'So it is.',
    cure: 'Do.',
  });

  let media: SampleMedia;
  beforeAll(async () => {
    media = await makeSampleMedia({ seconds: 1 });
  });

  async function runningHub() {
    const hub = await startFakeHub({ media });
    symlinkSync(hub.folder, join(storage, 'doorstep'));
    writeFileSync(
      join(hub.folder, 'run.json'),
      JSON.stringify({ running: true, pid: process.pid, api: { url: hub.api.url, port: hub.api.port } }),
    );
    return hub;
  }

  test('it is the hub that examines; the token for it is gone afterwards, and so is one that was left', async () => {
    await using hub = await runningHub();
    const scopes: string[][] = [];
    hub.services.examine = async ({ cameraId }) => {
      scopes.push(...hub.auth.tokens().map((token) => token.scopes));
      const camera = {
        ...{ camera: { id: 'cam-1', name: 'Front door', slug: 'front-door' }, at: 5, secureVideo: [] },
      };
      return {
        at: 5,
        host: cameraId ? [] : [verdict('good')],
        cameras: [{ ...camera, verdicts: [verdict('could-be-better')] }],
      };
    };
    expect(await run()).toBe(0);
    expect(printed.join('')).toContain('Front door\n  ! So it is.\n    → Do.');
    expect(scopes).toEqual([['control']]);
    expect(hub.auth.tokens()).toEqual([]);
    printed = [];
    expect(await run({ camera: 'front-door', json: true })).toBe(0);
    expect(JSON.parse(printed.join(''))).toMatchObject({ at: 5, host: [], cameras: [{ at: 5 }] });
  });

  test('what the hub refuses is said as it says it', async () => {
    await using hub = await runningHub();
    expect(await run({ camera: 'attic' })).toBe(2);
    expect(noted.at(-1)).toContain('There is no camera with this id or slug.');
    expect(hub.auth.tokens()).toEqual([]);
  });

  test('a hub that does not answer is named', async () => {
    mkdirSync(join(storage, 'doorstep'));
    writeFileSync(
      join(storage, 'doorstep', 'run.json'),
      JSON.stringify({ running: true, pid: process.pid, api: { url: 'http://127.0.0.1:1', port: 1 } }),
    );
    expect(await run({ json: true })).toBe(2);
    expect(JSON.parse(printed.join(''))).toMatchObject({ error: { code: 'hub-silent' } });
  });
});
