import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorReply } from '../../protocol/api.ts';
import type { Area, DecisionInfo, SightInfo, Zones, ZonesReply } from '../../protocol/detection.ts';
import { asHousehold, http } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';

let hub: FakeHub;
let v1: string;
let household: Record<string, string>;
beforeAll(async () => {
  hub = await startFakeHub();
  v1 = `${hub.api.url}/api/v1`;
  household = asHousehold(hub);
});
afterAll(() => hub?.[Symbol.asyncDispose]());

const get = (path: string, headers = {}) => http(v1 + path, { headers: { ...household, ...headers } });
const put = (path: string, body: object) =>
  http(v1 + path, {
    method: 'PUT',
    headers: { ...household, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const codeOf = (answer: { json(): unknown }) => (answer.json() as ErrorReply).error.code;
const whatOf = (answer: { json(): unknown }) => (answer.json() as ErrorReply).error.what;

const TRIANGLE: Area = [
  [0, 0],
  [1, 0],
  [0.5, 0.75],
];
const NONE: Zones = { doorstep: [], motion: [], ignore: [], privacy: [] };

function decision(id: string, change: Partial<DecisionInfo> = {}): DecisionInfo {
  return {
    ...{ id, camera: { id: 'cam-1', name: 'Front door', slug: 'front-door' }, at: 1000, kind: 'package' },
    ...{ phase: 'delivered', rule: 'new-after-visit', score: 0.9, scores: { size: 0.1 } },
    ...{ box: { left: 0, top: 0, right: 1, bottom: 1 }, eventId: `event-of-${id}`, pictures: ['before'] },
    ...change,
  };
}

describe('zones', () => {
  const draw = async (camera: string, zones: object) => {
    const { version } = (await get(`/cameras/${camera}/zones`)).json() as ZonesReply;
    return put(`/cameras/${camera}/zones`, { version, ...zones });
  };
  const answered = (zones: Zones) => ({ ...zones, configured: [], version: expect.any(String) });

  it('are those that were drawn last, by id and by slug', async () => {
    const drawn = { ...NONE, doorstep: [TRIANGLE], privacy: [TRIANGLE, TRIANGLE] };
    const answer = await draw('front-door', drawn);
    expect([answer.status, answer.json()]).toEqual([200, answered(drawn)]);
    expect((await get('/cameras/cam-1/zones')).json()).toEqual(answer.json());
    expect((await get('/cameras/garden/zones')).json()).toEqual(answered(NONE));
    expect((await put('/cameras/nowhere/zones', { ...NONE, version: '' })).status).toBe(404);
  });

  it('are refused when somebody else has drawn since they were read', async () => {
    const { version } = (await get('/cameras/garden/zones')).json() as ZonesReply;
    const [mask, other] = [
      { ...NONE, privacy: [TRIANGLE], version },
      { ...NONE, motion: [TRIANGLE], version },
    ];
    const first = await put('/cameras/garden/zones', mask);
    const second = await put('/cameras/garden/zones', other);
    expect([first.status, second.status, codeOf(second)]).toEqual([200, 409, 'zones-changed']);
    const now = (await get('/cameras/garden/zones')).json() as ZonesReply;
    expect(now.privacy).toEqual([TRIANGLE]);
    const again = await put('/cameras/garden/zones', mask);
    const third = await put('/cameras/garden/zones', { ...other, version: now.version });
    expect([again.status, third.status]).toEqual([200, 200]);
  });

  it('may be as many and as finely drawn as the schema says', async () => {
    const fine: Area = Array.from({ length: 32 }, (_, index) => [(index % 7) / 7, index / 32]);
    const most = Array.from({ length: 16 }, () => fine);
    const answer = await draw('garden', { ...NONE, motion: most, privacy: most });
    expect(answer.status).toBe(200);
    expect((answer.json() as ZonesReply).privacy).toHaveLength(16);
  });

  it.each<[string, object, string]>([
    ['a corner outside of the picture', { privacy: [[...TRIANGLE, [1.01, 0]]] }, 'privacy/0/3/0'],
    ['a corner without height', { motion: [[...TRIANGLE, [1]]] }, 'motion/0/3'],
    ['an area of two corners', { doorstep: [TRIANGLE, TRIANGLE.slice(1)] }, 'doorstep/1'],
    ['an area of 33 corners', { ignore: [Array.from({ length: 33 }, () => [0, 0])] }, 'ignore/0'],
    ['17 areas', { privacy: Array.from({ length: 17 }, () => TRIANGLE) }, 'privacy'],
    ['an area without height', { privacy: [TRIANGLE.map(([x]) => [x, 0.5])] }, 'area 1 of "privacy"'],
    ['something else', { configured: [] }, 'additional'],
    ['a kind that is left out', { privacy: undefined }, 'privacy'],
    ['no word of what was read', { version: undefined }, 'version'],
  ])('are refused with %s, and say why', async (_what, change, why) => {
    const answer = await draw('front-door', { ...NONE, ...change });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'bad-request']);
    expect(whatOf(answer)).toContain(why);
  });
});

describe('decisions', () => {
  beforeAll(() => {
    const garden = { id: 'cam-2', name: 'Garden', slug: 'garden' };
    hub.detection.made = [
      decision('03', { at: 3000 }),
      decision('02', { at: 2000, camera: garden }),
      decision('01'),
    ];
    hub.detection.pictures.set('01', Buffer.from('\x89PNG-of-01', 'latin1'));
  });

  it.each([
    ['', ['03', '02', '01']],
    ['?camera=garden', ['02']],
    ['?camera=cam-1&limit=1', ['03']],
    ['?before=3000', ['02', '01']],
    ['?eventId=event-of-01', ['01']],
    ['?eventId=event-of-01,event-of-03,event-of-01', ['03', '01']],
    ['?eventId=event-of-01,event-of-03&limit=1', ['03']],
    ['?camera=nowhere', []],
  ])('for %j', async (query, ids) => {
    const answer = await get(`/decisions${query}`);
    expect(answer.status).toBe(200);
    expect((answer.json() as { decisions: DecisionInfo[] }).decisions.map(({ id }) => id)).toEqual(ids);
  });

  it.each(['?limit=501', '?limit=0', '?before=yesterday', '?eventId=a,', `?eventId=${'a,'.repeat(50)}a`])(
    'not for %j',
    async (query) => {
      expect((await get(`/decisions${query}`)).status).toBe(400);
    },
  );

  it('have pictures, which are not sent twice', async () => {
    const answer = await get('/decisions/01/before.png');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, no-cache',
    });
    expect(answer.body.toString('latin1')).toBe('\x89PNG-of-01');
    const again = await get('/decisions/01/before.png', { 'if-none-match': String(answer.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const other = await get('/decisions/01/after.png');
    expect(other.headers.etag).not.toBe(answer.headers.etag);
    const none = await get('/decisions/02/before.png');
    expect([none.status, codeOf(none)]).toEqual([404, 'not-found']);
  });

  it('are answered, answered otherwise, and not answered any more', async () => {
    const tuning = async () => (await get('/cameras/front-door/tuning')).json();
    const answered = async (answer: string | null) =>
      (await put('/decisions/01/answer', { answer })).json() as DecisionInfo;
    expect(await answered('wrong')).toMatchObject({ id: '01', answer: 'wrong' });
    expect(await tuning()).toMatchObject({ right: 0, wrong: 1 });
    expect(await answered('right')).toMatchObject({ answer: 'right' });
    expect(await answered(null)).not.toHaveProperty('answer');
    expect(await tuning()).toMatchObject({ right: 0, wrong: 0 });
  });

  it.each([{}, { answer: 'maybe' }, { answer: '' }])('are not answered with %j', async (body) => {
    expect((await put('/decisions/01/answer', body)).status).toBe(400);
  });

  it('that are not there cannot be answered', async () => {
    const answer = await put('/decisions/none/answer', { answer: 'right' });
    expect([answer.status, codeOf(answer)]).toEqual([404, 'no-such-decision']);
  });
});

describe('thresholds', () => {
  it('go back to how they were shipped', async () => {
    await put('/decisions/03/answer', { answer: 'wrong' });
    const answer = await http(`${v1}/cameras/cam-1/tuning`, { method: 'DELETE', headers: household });
    expect([answer.status, answer.json()]).toEqual([
      200,
      { motion: 0, person: 0, package: 0, right: 0, wrong: 0 },
    ]);
    expect((await get('/cameras/nowhere/tuning')).status).toBe(404);
  });
});

describe('what the detector sees', () => {
  it('is told while something looks', async () => {
    const sight: SightInfo = {
      ...{ at: 1, motion: { columns: 2, rows: 1, cells: '01' }, people: [], candidates: [], packages: [] },
      ...{ smallest: 0.1, shortestMs: 600, model: 'MoveNet MultiPose' },
    };
    expect((await get('/cameras/garden/sight')).json()).toEqual({});
    hub.detection.sees.set('cam-2', sight);
    expect((await get('/cameras/garden/sight')).json()).toEqual({ sight });
  });
});

describe('the household', () => {
  it('is at home or not, as was said last', async () => {
    expect((await get('/household')).json()).toEqual({ home: 'unknown', since: 0 });
    const answer = await put('/household', { home: 'away' });
    expect([answer.status, answer.json()]).toEqual([200, { home: 'away', since: expect.any(Number) }]);
    expect((await get('/household')).json()).toEqual(answer.json());
    expect((await put('/household', { home: 'perhaps' })).status).toBe(400);
  });
});
