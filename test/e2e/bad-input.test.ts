/** What goes wrong in real houses: each fault is one clear sentence in log and API, and all else works. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthInfo } from '../../protocol/api.ts';
import type { HubStatus } from '../../protocol/status.ts';
import { CHARACTERISTIC, HomeKitController, SERVICE } from '../../simulator/homekit/controller.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator-process.ts';
import { browserTest, openBrowser } from '../support/browser.ts';
import { allPublished, type House, repository, startHouse } from '../support/house.ts';

const SCREENS = join(repository, 'test-results', 'screens');

/** Listens on a free port of loopback and never answers. */
function occupy(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address ? address.port : 0 });
    });
  });
}

async function closedPort(): Promise<number> {
  const { server, port } = await occupy();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Command lines of running processes that contain this text. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(text) ? [line] : [];
      } catch {
        return [];
      }
    });
}

const faultless = (log: readonly string[]) =>
  expect(
    log.filter((line) => /unhandled|uncaught|TypeError|ReferenceError|\bat .*\.js:\d+/i.test(line)),
  ).toEqual([]);

describe('cameras and options that cannot work', () => {
  let locked: Simulator;
  let house: House;

  beforeAll(async () => {
    locked = await startSimulator({ user: 'owner', password: 'right-horse-7', size: '640x360' });
    const good = { simulator: { size: '640x360' } };
    house = await startHouse({
      doorbells: [
        good,
        {
          name: 'Nobody there',
          config: { main: `rtsp://me:battery-9@127.0.0.1:${await closedPort()}/main`, detect: '' },
        },
        {
          name: 'Locked',
          config: { main: locked.main.replace('right-horse-7', 'wrong-staple-8'), detect: '' },
        },
        { name: 'Not a stream', config: { main: 'http://127.0.0.1/picture' } },
      ].map((entry) => ({ simulator: good.simulator, ...entry })),
      config: { recordings: { keepDays: 0 }, sharing: { enabled: true } },
      ready: ({ api, homekit, cameras }: HubStatus) =>
        api !== undefined &&
        allPublished(homekit) &&
        cameras[0]?.online === true &&
        cameras.slice(1).every(({ problem }) => problem !== undefined),
    });
  });

  afterAll(async () => {
    await house?.[Symbol.asyncDispose]();
    await locked?.[Symbol.asyncDispose]();
  });

  it.each([
    ['an address where nothing listens', /\[Nobody there\] .*The camera at .*Check that it has power/],
    ['a wrong password', /\[Locked\] .*refuses the user name or password/i],
    ['an address of another kind', /camera 4 \(Not a stream\), main, is not an RTSP address/],
    ['a value out of bounds', /recordings\.keepDays must be at least 1.*default/],
    ['an option that does not exist', /"sharing" is not an option of this version/],
  ])('says in the log, in one sentence with a cure: %s', (_, words) => {
    expect(house.log.filter((line) => words.test(line))).toHaveLength(1);
  });

  it('says the same to the web app', async () => {
    const reply = await fetch(`${house.apiUrl}/api/v1/health`, {
      headers: { authorization: `Bearer ${house.token(['events'])}` },
    });
    const health = (await reply.json()) as HealthInfo;
    expect(health.ok).toBe(false);
    expect(health.cameras).toEqual({ total: 3, online: 1 });
    expect(health.problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['camera-unreachable', 'wrong-password', 'config', 'config-unknown-option']),
    );
    for (const { what, cure } of health.problems)
      expect([what, cure].every((text) => text.length > 10)).toBe(true);
  });

  browserTest('shows it to the household, over the picture and in the line under it', async () => {
    await using browser = await openBrowser();
    const { page, complaints, look } = await browser.visit(house.apiUrl);
    await page.getByLabel('Code from the log').fill(house.claimCode());
    await page.getByLabel('New passphrase').fill('a quiet evening on the porch');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('The camera refuses the user name or password.').first().waitFor();
    await page.getByText('camera 4 (Not a stream)').first().waitFor();
    await mkdir(SCREENS, { recursive: true });
    for (const size of ['phone', 'desk'] as const) {
      await look(size, 'light');
      await page.screenshot({ path: join(SCREENS, `faults-${size}-light.png`), fullPage: true });
    }
    expect(complaints).toEqual([]);
  });

  it('never prints a password', () => {
    expect(house.log.join('\n')).not.toMatch(/battery-9|wrong-staple-8|right-horse-7/);
  });

  it('keeps the good camera working', async () => {
    const good = house.status().homekit[0];
    if (!good?.username || !good.port || !good.setupCode) throw new Error('not published');
    await using phone = await HomeKitController.pair({
      username: good.username,
      port: good.port,
      setupCode: good.setupCode,
    });
    const ring = phone.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    await phone.subscribe(ring);
    await house.simulators[0]?.ring();
    await phone.event(({ key }) => key === ring);
    faultless(house.log);
  });

  it('leaves nothing running when Homebridge stops', async () => {
    const streams = house.simulators.map(({ main }) => new URL(main).port);
    await house.homebridge[Symbol.asyncDispose]();
    const own = /--rtsp|simulator|libx264/;
    const left = streams
      .flatMap((port) => processesWith(`127.0.0.1:${port}/`))
      .filter((line) => !own.test(line));
    expect(left).toEqual([]);
    faultless(house.log);
  });
});

describe('a machine without ffmpeg, and a port that is taken', () => {
  it('rings without ffmpeg, and says what is missing', async () => {
    await using house = await startHouse({
      doorbells: [{ simulator: { size: '640x360' } }],
      config: { ffmpegPath: '/nonexistent/ffmpeg' },
      ready: ({ api, homekit }) => api !== undefined && allPublished(homekit),
    });
    expect(
      house.log.filter((line) => /ffmpeg/i.test(line) && /apt|install/i.test(line)).length,
    ).toBeGreaterThan(0);
    const target = house.status().homekit[0];
    if (!target?.username || !target.port || !target.setupCode) throw new Error('not published');
    await using phone = await HomeKitController.pair({
      username: target.username,
      port: target.port,
      setupCode: target.setupCode,
    });
    const ring = phone.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    await phone.subscribe(ring);
    await house.simulators[0]?.ring();
    await phone.event(({ key }) => key === ring);
    const { jpeg } = await phone.snapshot(640, 360);
    expect(jpeg.subarray(0, 2).toString('hex')).toBe('ffd8');
    faultless(house.log);
  });

  it('goes on without the API when its port is taken, and says which option to change', async () => {
    const { server, port } = await occupy();
    try {
      await using house = await startHouse({
        doorbells: [{ simulator: { size: '640x360' } }],
        config: { api: { host: '127.0.0.1', port } },
        ready: ({ homekit, cameras }) => allPublished(homekit) && cameras.every(({ online }) => online),
      });
      expect(
        house.log.filter((line) => line.includes(`${port}`) && /port/i.test(line) && /api\.port/.test(line)),
      ).toHaveLength(1);
      expect(house.status().problems.map(({ code }) => code)).toEqual(['port-in-use']);
      faultless(house.log);
    } finally {
      server.close();
    }
  });
});
