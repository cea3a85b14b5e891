import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BRANDS, DIALECTS, SEEN_KINDS } from '../../../simulator/onvif/brands.ts';
import {
  type OnvifServerOptions,
  type SimulatedOnvif,
  startOnvifServer,
} from '../../../simulator/onvif/onvif-server.ts';
import type { OnvifConfig } from '../../config.ts';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import type { OnvifCamera, OnvifEvent } from './contract.ts';
import { createPost, type Post } from './http-post.ts';
import { type OnvifDeps, openOnvif } from './onvif-camera.ts';

const HOUR_MS = 3_600_000;
const LOGIN = { user: 'admin', password: 'pässword & "more"' };
const STREAMS: OnvifServerOptions['streams'] = [
  {
    ...{ token: 'main', url: 'rtsp://10.9.9.9:554/main?x=1&y=2', codec: 'H264', width: 2560, height: 1920 },
    ...{ fps: 20, gopLength: 40, audio: 'AAC' },
  },
  {
    token: 'sub',
    url: 'rtsp://10.9.9.9/sub',
    codec: 'H264',
    width: 640,
    height: 480,
    fps: 10,
    gopLength: 20,
  },
];

const FAULT =
  '<s:Envelope><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>Out of\nluck</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>';

let closing: Closing;
let lines: string[];
beforeEach(() => {
  closing = new Closing();
  lines = [];
});
afterEach(() => closing[Symbol.asyncDispose]());

async function device(options: Partial<OnvifServerOptions> = {}): Promise<SimulatedOnvif> {
  return closing.use(
    await startOnvifServer({
      ...{ name: 'Front door', brand: 'reolink', streams: STREAMS, credentials: LOGIN },
      ...options,
    }),
  );
}

function client(port: number, config: Partial<OnvifConfig> = {}, deps: Partial<OnvifDeps> = {}): OnvifCamera {
  const say = (message: string) => void lines.push(message);
  return closing.use(
    openOnvif(
      {
        name: 'Front door',
        config: {
          ...{ host: '127.0.0.1', port, username: LOGIN.user, password: LOGIN.password },
          ...{ events: true, topics: [], ...config },
        },
      },
      { clock: systemClock, log: { debug: say, info: say, warn: say, error: say }, ...deps },
    ),
  );
}

function gather(camera: OnvifCamera): OnvifEvent[] {
  const events: OnvifEvent[] = [];
  camera.onEvent((event) => events.push(event));
  return events;
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
const listening = (camera: OnvifCamera) => until(() => expect(camera.state.listening).toBe(true));

describe('who it is', () => {
  test.each(['ws-security', 'digest', 'either'] as const)('login by %s', async (login) => {
    const { port } = await device({ login });
    const camera = client(port);
    await listening(camera);
    expect(camera.state).toMatchObject({
      reachable: true,
      device: { manufacturer: 'Reolink', model: 'Reolink Video Doorbell PoE', firmware: '1.0.0' },
      features: { events: true, media2: true, masks: true, audioOutput: true },
    });
    expect(camera.state.problem).toBeUndefined();
    expect(Math.abs(camera.state.clockOffsetMs ?? Number.NaN)).toBeLessThan(1500);
  });

  test.each(['ws-security', 'digest'] as const)(
    'a user whose name no Latin letters spell, by %s',
    async (login) => {
      const onvif = await device({ login, credentials: { user: '管理', password: 'x' } });
      const camera = client(onvif.port, { username: '管理', password: 'x' });
      await until(() => expect(onvif.requests).toContain('GetDeviceInformation'));
      if (login === 'ws-security') await listening(camera);
      // The simulated camera takes the name for Latin-1 then, as any of its kind; it is a refusal, and no request that cannot be sent.
      else await until(() => expect(camera.state.problem?.code).toBe('onvif-wrong-password'));
    },
  );

  test.each([2 * HOUR_MS, -2 * HOUR_MS, -20 * 365 * 24 * HOUR_MS])(
    'a clock that is %d ms off',
    async (skewMs) => {
      const { port } = await device({ login: 'ws-security', skewMs });
      const camera = client(port);
      await listening(camera);
      expect(Math.abs((camera.state.clockOffsetMs ?? 0) - skewMs)).toBeLessThan(1500);
    },
  );

  test('a clock that is set while it is connected', async () => {
    const onvif = await device({ login: 'ws-security' });
    const camera = client(onvif.port);
    await listening(camera);
    onvif.setSkew(HOUR_MS);
    expect((await camera.streams()).profiles).toHaveLength(2);
  });

  test('a wrong password is said in words, once, and not tried again and again', async () => {
    const onvif = await device();
    const camera = client(onvif.port, { password: 'wrong' });
    await until(() => expect(camera.state.problem?.code).toBe('onvif-wrong-password'));
    expect(camera.state.reachable).toBe(false);
    await expect(camera.streams()).rejects.toMatchObject({ problem: { code: 'onvif-wrong-password' } });
    expect(lines.filter((line) => line.includes('refuses the ONVIF user'))).toHaveLength(1);
    expect(lines.join()).not.toContain('wrong"');
    expect(onvif.requests.filter((name) => name === 'GetDeviceInformation').length).toBeLessThanOrEqual(3);
  });

  test('a camera that tells nobody its time without a login', async () => {
    const { port } = await device({ login: 'digest', openTime: false, skewMs: HOUR_MS });
    const camera = client(port);
    await listening(camera);
    expect(Math.abs((camera.state.clockOffsetMs ?? 0) - HOUR_MS)).toBeLessThan(1500);
  });

  test('a camera of the first years, that knows no GetServices', async () => {
    const { port } = await device({ services: false, media: 'media1' });
    const camera = client(port);
    await listening(camera);
    expect(camera.state.features).toMatchObject({ events: true, media2: false, masks: false });
    expect((await camera.streams()).profiles).toHaveLength(2);
  });

  test('a camera that does not know its own address', async () => {
    const onvif = await device({ announcedHost: '0.0.0.0' });
    const camera = client(onvif.port);
    const events = gather(camera);
    await until(() => expect(onvif.requests).toContain('PullMessages'));
    onvif.see('ring', true);
    await until(() => expect(events).toHaveLength(1));
  });

  test('no login is asked for, none is needed', async () => {
    const { port } = closing.use(await startOnvifServer({ name: 'x', brand: 'plain', streams: [] }));
    await listening(client(port, { username: '', password: '' }));
    await listening(client(port));
  });
});

describe('events', () => {
  test.each(BRANDS)('%s tells what it sees', async (brand) => {
    const onvif = await device({ brand });
    const camera = client(onvif.port);
    const events = gather(camera);
    await listening(camera);
    await until(() => expect(onvif.requests).toContain('PullMessages'));
    const kinds = SEEN_KINDS.filter((kind) => DIALECTS[brand].topics[kind]);
    const before = Date.now();
    for (const kind of kinds) {
      onvif.see(kind, true);
      onvif.see(kind, false);
    }
    await until(() => expect(events).toHaveLength(2 * kinds.length));
    expect(events.map(({ kind, active }) => `${kind} ${active}`)).toEqual(
      kinds.flatMap((kind) => [`${kind} true`, `${kind} false`]),
    );
    for (const { at } of events) {
      expect(at).toBeGreaterThanOrEqual(before - 2000);
      expect(at).toBeLessThanOrEqual(Date.now());
    }
    expect(camera.topicsSeen().map(({ meaning }) => meaning)).toEqual(expect.arrayContaining(kinds));
  });

  test('how things were before is no event', async () => {
    const onvif = await device();
    onvif.see('motion', true);
    const camera = client(onvif.port);
    const events = gather(camera);
    await until(() => expect(camera.topicsSeen().length).toBeGreaterThan(0));
    onvif.see('ring', true);
    await until(() => expect(events).toHaveLength(1));
    expect(events[0]).toMatchObject({ kind: 'ring', active: true });
  });

  test('times of a camera two hours ahead', async () => {
    const onvif = await device({ skewMs: 2 * HOUR_MS });
    const camera = client(onvif.port);
    const events = gather(camera);
    await listening(camera);
    await until(() => expect(onvif.requests).toContain('PullMessages'));
    const before = Date.now();
    onvif.see('ring', true);
    await until(() => expect(events).toHaveLength(1));
    expect(Math.abs((events[0]?.at ?? 0) - before)).toBeLessThan(3000);
  });

  test("topics that nobody knows are shown, and can be mapped by the camera's owner", async () => {
    const onvif = await device();
    const camera = client(onvif.port, { topics: [{ topic: 'tnsx:Door/Bell7', kind: 'ring' }] });
    const events = gather(camera);
    await listening(camera);
    const data = [['Pressed', 'true']] as const;
    onvif.send({ topic: 'tns1:Device/tnsvendor:Door/Bell7', source: [], data, operation: 'Changed' });
    onvif.send({ topic: 'tns1:Device/Mystery', source: [], data, operation: 'Changed' });
    await until(() =>
      expect(camera.topicsSeen().find(({ topic }) => topic === 'Device/Mystery')).toBeDefined(),
    );
    expect(events).toMatchObject([{ kind: 'ring', active: true, topic: 'Device/Door/Bell7' }]);
    expect(camera.topicsSeen()).toContainEqual({
      topic: 'Device/Mystery',
      count: 1,
      lastAt: expect.any(Number),
    });
  });

  test('a camera that forgets the subscription is subscribed to anew', async () => {
    const onvif = await device();
    const camera = client(onvif.port);
    const events = gather(camera);
    await listening(camera);
    await until(() => expect(onvif.requests).toContain('PullMessages'));
    onvif.dropSubscriptions();
    await until(() => expect(onvif.subscriptions).toBe(1));
    await until(() => {
      onvif.see('ring', false);
      onvif.see('ring', true);
      expect(events.length).toBeGreaterThan(0);
    });
    expect(camera.state.reachable).toBe(true);
    expect(camera.state.problem).toBeUndefined();
  });

  test('ends its subscription when it is disposed', async () => {
    const onvif = await device();
    const camera = client(onvif.port);
    await listening(camera);
    await until(() => expect(onvif.requests).toContain('PullMessages'));
    expect(onvif.subscriptions).toBe(1);
    await camera[Symbol.asyncDispose]();
    expect(onvif.subscriptions).toBe(0);
  });

  test('asks for none when none are wanted', async () => {
    const onvif = await device();
    const camera = client(onvif.port, { events: false });
    await until(() => expect(camera.state.reachable).toBe(true));
    expect(onvif.requests).not.toContain('CreatePullPointSubscription');
    expect(camera.state.problem).toBeUndefined();
  });
});

describe('a camera that fails', () => {
  test.each([
    ['error-500', 'not-onvif'],
    ['garbage', 'not-onvif'],
  ] as const)('%s', async (fault, code) => {
    const onvif = await device();
    onvif.fault(fault);
    const camera = client(onvif.port);
    await until(() => expect(camera.state.problem?.code).toBe(code));
    await expect(camera.streams()).rejects.toMatchObject({ problem: { code } });
    expect(await camera.masks.write([])).toBe(false);
    expect(await camera.chime.get()).toBeUndefined();
    onvif.fault('none');
    await listening(camera);
    expect(camera.state.problem).toBeUndefined();
  });

  test('that takes requests and never answers', async () => {
    const onvif = await device();
    onvif.fault('hang');
    const hasty = { ...systemClock, after: (ms: number, run: () => void) => systemClock.after(ms / 10, run) };
    const camera = client(onvif.port, {}, { clock: hasty });
    await until(() => expect(camera.state.problem?.code).toBe('onvif-silent'));
    onvif.fault('none');
    await listening(camera);
  });

  test('that takes subscriptions and gives no events is told of once', async () => {
    const onvif = await device();
    const inner = createPost(systemClock);
    let broken = true;
    const post: Post = (request) =>
      broken && request.body.includes('PullMessages>')
        ? Promise.resolve({ status: 400, challenges: [], text: FAULT })
        : inner(request);
    const hasty = { ...systemClock, after: (ms: number, run: () => void) => systemClock.after(ms / 20, run) };
    const camera = client(onvif.port, {}, { post, clock: hasty });
    await until(() => expect(camera.state.problem?.code).toBe('onvif-events'));
    await until(() =>
      expect(onvif.requests.filter((name) => name === 'CreatePullPointSubscription').length).toBeGreaterThan(
        8,
      ),
    );
    expect(camera.state.reachable).toBe(true);
    expect(lines.filter((line) => line.includes('gives no events'))).toHaveLength(1);
    expect(onvif.subscriptions).toBeLessThanOrEqual(1);
    broken = false;
    await until(() => expect(camera.state).toMatchObject({ listening: true }));
    await until(() => expect(camera.state.problem).toBeUndefined());
  });

  test('that is away, and comes back', async () => {
    const first = await startOnvifServer({ name: 'x', brand: 'plain', streams: [] });
    const { port } = first;
    const camera = client(port);
    await listening(camera);
    await first[Symbol.asyncDispose]();
    await until(() =>
      expect(camera.state).toMatchObject({ reachable: false, problem: { code: 'onvif-unreachable' } }),
    );
    const again = await device({ port, brand: 'plain' });
    await listening(camera);
    const events = gather(camera);
    await until(() => expect(again.requests).toContain('PullMessages'));
    again.see('ring', true);
    await until(() => expect(events).toHaveLength(1));
  });

  test('is closed while it is being connected to', async () => {
    const onvif = await device();
    onvif.fault('hang');
    const camera = client(onvif.port);
    const asked = camera.streams();
    asked.catch(() => {});
    await camera[Symbol.asyncDispose]();
    await expect(asked).rejects.toMatchObject({ problem: { code: 'camera-closed' } });
    await expect(camera.streams()).rejects.toMatchObject({ problem: { code: 'camera-closed' } });
  });
});

describe('a camera that refuses its events to this user', () => {
  const REFUSED =
    '<s:Envelope><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code></s:Fault></s:Body></s:Envelope>';

  test('is reachable and answers all else, is told of once, and is left alone for long', async () => {
    const onvif = await device();
    const inner = createPost(systemClock);
    let asked = 0;
    const post: Post = (request) => {
      if (!request.body.includes('CreatePullPointSubscription')) return inner(request);
      asked += 1;
      return Promise.resolve({ status: 400, challenges: [], text: REFUSED });
    };
    const waits: number[] = [];
    const clock = {
      ...systemClock,
      after: (ms: number, run: () => void) => {
        waits.push(ms);
        return systemClock.after(ms, run);
      },
    };
    const camera = client(onvif.port, {}, { post, clock, random: () => 0 });
    await until(() =>
      expect(camera.state).toMatchObject({
        ...{ reachable: true, listening: false, features: { events: true } },
        problem: { code: 'onvif-events' },
      }),
    );
    expect(waits).toContain(30_000);
    expect((await camera.streams()).profiles).toHaveLength(2);
    expect(await camera.chime.get()).toEqual({ volume: 80, muted: false });
    expect(asked).toBe(1);
    expect(lines.filter((line) => line.includes('gives no events'))).toHaveLength(1);
  });
});

describe('a camera that is paused', () => {
  const refused = { problem: { code: 'privacy-on' } };

  test('from the start is sent nothing at all, whatever is asked of it and however long it lasts', async () => {
    const onvif = await device();
    let sent = 0;
    const inner = createPost(systemClock);
    const post: Post = (request) => {
      sent += 1;
      return inner(request);
    };
    const reach = async () => {
      sent += 1;
      return true;
    };
    const hasty = {
      ...systemClock,
      after: (ms: number, run: () => void) => systemClock.after(ms / 1e6, run),
    };
    const camera = closing.use(
      openOnvif(
        {
          ...{ name: 'Front door', paused: true },
          config: {
            ...{ host: '127.0.0.1', port: onvif.port, username: LOGIN.user, password: LOGIN.password },
            ...{ events: true, topics: [] },
          },
        },
        { clock: hasty, log: { debug() {}, info() {}, warn() {}, error() {} }, post, reach },
      ),
    );
    await expect(camera.streams()).rejects.toMatchObject(refused);
    await expect(camera.chime.set({ volume: 1 })).rejects.toMatchObject(refused);
    expect(await camera.chime.get()).toBeUndefined();
    expect(await camera.masks.read()).toBeUndefined();
    expect(await camera.masks.write([])).toBe(false);
    await camera.pause();
    expect(sent).toBe(0);
    expect(camera.state).toMatchObject({ reachable: false, listening: false });
    expect(camera.state.problem).toBeUndefined();
    camera.resume();
    await listening(camera);
    expect(onvif.requests[0]).toBe('GetSystemDateAndTime');
  });

  test('is left alone when `pause` resolves, keeps what is known of it, and listens again', async () => {
    const onvif = await device();
    const camera = client(onvif.port);
    const events = gather(camera);
    await listening(camera);
    await until(() => expect(onvif.requests).toContain('PullMessages'));
    await camera.pause();
    expect(onvif.subscriptions).toBe(0);
    expect(onvif.requests.at(-1)).toBe('Unsubscribe');
    const before = onvif.requests.length;
    expect(camera.state).toMatchObject({ reachable: false, device: { manufacturer: 'Reolink' } });
    expect(camera.state.problem).toBeUndefined();
    await expect(camera.streams()).rejects.toMatchObject(refused);
    camera.resume();
    await listening(camera);
    expect(onvif.requests[before]).toBe('GetSystemDateAndTime');
    await until(() => expect(onvif.requests.slice(before)).toContain('PullMessages'));
    onvif.see('ring', true);
    await until(() => expect(events).toHaveLength(1));
  });

  test.each(['hang', 'refuse', 'error-500'] as const)('while it fails (%s)', async (fault) => {
    const onvif = await device();
    onvif.fault(fault);
    const camera = client(onvif.port);
    const asked = camera.streams();
    asked.catch(() => {});
    if (fault !== 'hang') await until(() => expect(camera.state.problem).toBeDefined());
    await camera.pause();
    await expect(asked).rejects.toBeDefined();
    if (fault === 'hang') await expect(asked).rejects.toMatchObject(refused);
    expect(camera.state.problem).toBeUndefined();
    onvif.fault('none');
    camera.resume();
    await listening(camera);
  });

  test('switched to and fro ends as it was switched last, and stays ended when it is disposed', async () => {
    const onvif = await device();
    const camera = client(onvif.port);
    await listening(camera);
    const first = camera.pause();
    camera.resume();
    const second = camera.pause();
    await Promise.all([first, second]);
    expect(onvif.subscriptions).toBe(0);
    await expect(camera.streams()).rejects.toMatchObject(refused);
    camera.resume();
    await listening(camera);
    await camera[Symbol.asyncDispose]();
    camera.resume();
    await camera.pause();
    await expect(camera.streams()).rejects.toMatchObject({ problem: { code: 'camera-closed' } });
    expect(onvif.subscriptions).toBe(0);
  });
});

describe('a camera that was gone for long', () => {
  test('is looked after each second by a connection alone, and asked as soon as it takes one', async () => {
    const gone = await startOnvifServer({ name: 'x', brand: 'plain', streams: [] });
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    let posts = 0;
    const inner = createPost(systemClock);
    const post: Post = (request) => {
      posts += 1;
      return inner(request);
    };
    const waits: number[] = [];
    const hasty = {
      ...systemClock,
      after: (ms: number, run: () => void) => {
        waits.push(ms);
        return systemClock.after(ms / 100, run);
      },
    };
    const camera = client(port, {}, { clock: hasty, post, random: () => 0 });
    await until(() => expect(waits.filter((ms) => ms === 1000).length).toBeGreaterThan(20));
    expect(posts).toBe(1);
    expect(Math.max(...waits.filter((ms) => ms !== 8000))).toBe(1000);
    await device({ port, brand: 'plain' });
    await listening(camera);
  });
});

describe('streams', () => {
  test.each(['media1', 'media2', 'both'] as const)('by %s', async (media) => {
    const { port } = await device({ media });
    const streams = await client(port).streams();
    const login = 'admin:p%C3%A4ssword%20%26%20%22more%22';
    expect(streams.main).toBe(`rtsp://${login}@127.0.0.1:554/main?x=1&y=2`);
    expect(streams.detect).toBe(`rtsp://${login}@127.0.0.1/sub`);
    expect(streams.profiles[0]).toMatchObject({
      ...{ token: 'main', codec: 'h264', width: 2560, height: 1920, fps: 20, gopLength: 40, audio: 'aac' },
    });
  });

  test('HEVC is known to Media2 alone', async () => {
    const hevc = { ...STREAMS[0], codec: 'H265' } as (typeof STREAMS)[number];
    const { port } = await device({ streams: [hevc] });
    expect((await client(port).streams()).profiles[0]?.codec).toBe('hevc');
  });

  test('none that can be used', async () => {
    const { port } = await device({ streams: [] });
    await expect(client(port).streams()).rejects.toMatchObject({ problem: { code: 'onvif-no-stream' } });
  });
});

describe('masks', () => {
  const left = [
    [0, 0],
    [0.25, 0],
    [0.25, 1],
    [0, 1],
  ] as const;
  const triangle = [
    [0.5, 0.1],
    [0.9, 0.4],
    [0.6, 0.8],
  ] as const;

  test('are made, changed, and taken away', async () => {
    const onvif = await device();
    const camera = client(onvif.port);
    expect(await camera.masks.write([left, triangle])).toBe(true);
    expect(onvif.masks()).toHaveLength(2);
    for (const [index, [x, y]] of triangle.entries()) {
      expect(onvif.masks()[1]?.[index]?.[0]).toBeCloseTo(x, 3);
      expect(onvif.masks()[1]?.[index]?.[1]).toBeCloseTo(y, 3);
    }
    expect(await camera.masks.write([triangle])).toBe(true);
    expect(onvif.masks()).toHaveLength(1);
    expect(await camera.masks.read()).toHaveLength(1);
    expect(await camera.masks.write([])).toBe(true);
    expect(onvif.masks()).toEqual([]);
  });

  test('written twice at once are made once', async () => {
    const onvif = await device();
    const camera = client(onvif.port);
    expect(await Promise.all([camera.masks.write([left]), camera.masks.write([left])])).toEqual([true, true]);
    expect(onvif.masks()).toHaveLength(1);
  });

  test('of somebody else stay', async () => {
    const onvif = await device();
    const other = client(onvif.port);
    expect(await other.masks.write([left])).toBe(true);
    const camera = client(onvif.port);
    expect(await camera.masks.write([triangle])).toBe(true);
    expect(await camera.masks.write([])).toBe(true);
    expect(onvif.masks()).toHaveLength(1);
  });

  test('that the camera cannot show as they are, are left to the hub', async () => {
    const onvif = await device({ masks: { maxMasks: 1, maxPoints: 4, rectangleOnly: true } });
    const camera = client(onvif.port);
    expect(await camera.masks.write([triangle])).toBe(false);
    expect(await camera.masks.write([left, left])).toBe(true);
    expect(onvif.masks()).toHaveLength(1);
  });

  test('a camera without', async () => {
    const { port } = await device({ masks: false });
    const camera = client(port);
    expect(await camera.masks.read()).toBeUndefined();
    expect(await camera.masks.write([left])).toBe(false);
    expect(camera.state.features?.masks).toBe(false);
  });
});

describe('chime', () => {
  test.each(['media1', 'media2'] as const)('by %s', async (media) => {
    const onvif = await device({ media });
    const { chime } = client(onvif.port);
    expect(await chime.get()).toEqual({ volume: 80, muted: false });
    await chime.set({ muted: true });
    expect(onvif.outputLevel).toBe(0);
    expect(await chime.get()).toEqual({ volume: 80, muted: true });
    await chime.set({ volume: 30 });
    expect(onvif.outputLevel).toBe(0);
    await chime.set({ muted: false });
    expect(onvif.outputLevel).toBe(30);
  });

  test('a camera without', async () => {
    const { port } = await device({ speaker: false });
    const { chime } = client(port);
    expect(await chime.get()).toBeUndefined();
    await expect(chime.set({ volume: 10 })).rejects.toMatchObject({ problem: { code: 'no-chime' } });
  });
});
