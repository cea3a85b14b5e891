/** `doorstep doctor` on doorbells of different kinds: through a real Homebridge with the built plugin, and without one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authPath, openAuth } from '../../plugin/api/auth.ts';
import { startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import type { CameraReport, DoctorReport } from '../../protocol/api.ts';
import { type House, repository, startHouse } from '../support/house.ts';

const COMMAND = join(repository, 'dist', 'plugin', 'cli', 'main.js');
const PATIENCE = 60_000;

let house: House;
beforeAll(async () => {
  house = await startHouse({
    doorbells: [
      { name: 'Good', simulator: { size: '640x360', fps: 15, gopSeconds: 2 } },
      {
        name: 'Bad',
        simulator: { size: '320x240', fps: 10, gopSeconds: 10, video: 'hevc', audio: 'pcmu', sub: 'none' },
        config: { detect: undefined, standalone: false },
      },
      {
        name: 'Reordered',
        simulator: { size: '320x240', fps: 10, gopSeconds: 1, bFrames: 2, audio: 'none', sub: 'none' },
        config: { detect: undefined },
      },
    ],
  });
});
afterAll(() => house?.[Symbol.asyncDispose]());

async function run(...args: string[]): Promise<{ code: number | null; out: string }> {
  await using child = startChild(process.execPath, [COMMAND, 'doctor', '-U', house.storage, ...args]);
  const [stdout] = child.outputs;
  const [out, { code }] = await Promise.all([stdout ? text(stdout) : '', child.exited]);
  return { code, out };
}

async function examined(): Promise<{ code: number | null; report: DoctorReport }> {
  const { code, out } = await run('--json');
  return { code, report: JSON.parse(out) as DoctorReport };
}

function cameraCalled(report: DoctorReport, name: string): CameraReport {
  const found = report.cameras.find(({ camera }) => camera.name === name);
  if (!found) throw new Error(`no report on ${name}`);
  return found;
}

const judged = (verdicts: CameraReport['verdicts']) =>
  Object.fromEntries(verdicts.map(({ check, judgement }) => [check, judgement]));

/** What is true of the three, however they are examined. */
function expectTheThree(report: DoctorReport): void {
  const good = cameraCalled(report, 'Good');
  expect(judged(good.verdicts)).toMatchObject({
    ...{ connection: 'good', codec: 'good', gop: 'good', 'b-frames': 'good', profile: 'good', audio: 'good' },
    ...{ 'sub-stream': 'good' },
  });
  expect(good.verdicts.find(({ check }) => check === 'latency')?.found).toMatch(/ ms/);
  expect(judged(good.secureVideo)).toMatchObject({
    ...{ codec: 'good', gop: 'good', 'b-frames': 'good', profile: 'good', size: 'good', standalone: 'good' },
  });
  const bad = cameraCalled(report, 'Bad');
  expect(judged(bad.verdicts)).toMatchObject({
    codec: 'could-be-better',
    gop: 'bad',
    audio: 'could-be-better',
  });
  expect(bad.verdicts.find(({ check }) => check === 'codec')?.cure).toMatch(/H\.264/);
  expect(bad.verdicts.find(({ check }) => check === 'gop')?.found).toMatch(/every (10 s|more than 1\d s)/);
  expect(bad.verdicts.find(({ check }) => check === 'gop')?.cure).toMatch(/20 pictures/);
  expect(bad.verdicts.find(({ check }) => check === 'audio')?.found).toContain('PCMU');
  expect(judged(bad.secureVideo)).toMatchObject({
    ...{ codec: 'could-be-better', gop: 'could-be-better', standalone: 'could-be-better' },
  });
  const reordered = cameraCalled(report, 'Reordered');
  expect(judged(reordered.verdicts)).toMatchObject({ 'b-frames': 'could-be-better', gop: 'good' });
  expect(judged(reordered.secureVideo)).toMatchObject({ 'b-frames': 'could-be-better', codec: 'good' });
}

describe('while Homebridge runs', () => {
  test('the hub examines, and opens no camera a second time', async () => {
    const { code, report } = await examined();
    expectTheThree(report);
    expect(code).toBe(1);
    for (const simulator of house.simulators) {
      const { sessions } = await simulator.state();
      expect(sessions.length).toBeLessThanOrEqual(2);
    }
    expect(report.host.find(({ check }) => check === 'ports')?.judgement).toBe('good');
    const good = cameraCalled(report, 'Good');
    expect(judged(good.secureVideo)).toMatchObject({ trigger: 'good', 'time-budget': 'good' });
    expect(good.secureVideo.find(({ check }) => check === 'armed')?.found).toMatch(/\./);
    using auth = openAuth({ path: authPath(house.storage), clock: systemClock });
    expect(auth.tokens()).toEqual([]);
  }, 120_000);

  test('one camera, for a person', async () => {
    const { code, out } = await run('--camera', 'good');
    expect(code).toBe(0);
    expect(out).toMatch(/^Good\n {2}/);
    expect(out).toContain('✓ A keyframe comes every 2 s.');
    expect(out).not.toContain('\x1b');
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect((await run('--camera', 'attic')).code).toBe(2);
  }, 120_000);
});

describe('without Homebridge', () => {
  beforeAll(() => house.homebridge[Symbol.asyncDispose]());

  test('the command opens the cameras for a moment, and lets them go', async () => {
    const config = await readFile(join(house.storage, 'config.json'), 'utf8');
    const { code, report } = await examined();
    expectTheThree(report);
    expect(code).toBe(1);
    expect(report.host.length).toBeGreaterThan(8);
    for (const simulator of house.simulators)
      await expect.poll(async () => (await simulator.state()).sessions, { timeout: PATIENCE }).toEqual([]);
    expect(await readFile(join(house.storage, 'config.json'), 'utf8')).toBe(config);
  }, 120_000);
});
