/**
 * The recipes as they are imported, in a whole Node-RED: only addresses and secrets are filled in. A small HTTP server stands in for
 * lamp, loudspeaker and push services.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import type { EventDraft } from '../../protocol/event.ts';
import { FRONT_DOOR, startEventHub } from '../support/event-hub.ts';
import { type FakeHub, startFakeHub } from '../support/fake-hub.ts';
import { type HttpInbox, startHttpInbox } from '../support/http-inbox.ts';
import { startNodeRed, type TestNodeRed } from '../support/node-red.ts';
import { type Badges, followBadges } from '../support/node-red-badges.ts';

const PATIENCE = { timeout: 30_000, interval: 10 };
const RECIPES = join(import.meta.dirname, '../../node-red-nodes/examples/recipes');
/** Stands in for every secret; no log may have it. */
const SECRET = 'tk_a-secret-of-the-household';

let hub: FakeHub;
let token: string;
let inbox: HttpInbox;
let nodeRed: TestNodeRed;
let badges: Badges;
beforeAll(async () => {
  [hub, inbox, nodeRed] = await Promise.all([startFakeHub(), startHttpInbox(), startNodeRed({ flows: [] })]);
  badges = await followBadges(nodeRed);
  token = hub.auth.createToken({ name: 'recipes', scopes: ['events', 'media', 'control'] }).token;
});
afterAll(async () => {
  badges?.[Symbol.dispose]();
  await nodeRed?.[Symbol.asyncDispose]();
  await inbox?.[Symbol.asyncDispose]();
  await hub?.[Symbol.asyncDispose]();
  expect(nodeRed.logLines.filter((line) => line.includes(SECRET) || line.includes(token))).toEqual([]);
});
beforeEach(() => {
  inbox.told.length = 0;
});

interface TabVariable {
  name: string;
  type: string;
  value?: string;
}

/** What a test does with the nodes of a recipe, by their names. */
interface Cooking {
  /** Presses the button of an inject node. */
  press(name: string): Promise<void>;
  /** Waits for the badge of a node. */
  shows(name: string, badge: string | RegExp): Promise<void>;
}

/** Deploys a recipe with the values of its tab's variables, and waits for the hub. `over`: other properties of a node, by its name. */
async function cook(
  recipe: string,
  values: Record<string, string>,
  over: Record<string, object> = {},
): Promise<Cooking> {
  const flow = JSON.parse(readFileSync(join(RECIPES, `${recipe}.json`), 'utf8')) as FlowNode[];
  await deploy(flow.map((node) => ({ ...filledIn(node, values), ...over[String(node.name)] })));
  const idOf = (name: string) => flow.find((node) => node.name === name)?.id ?? `no node is called ${name}`;
  return {
    async press(name) {
      expect((await nodeRed.admin(`inject/${idOf(name)}`, { method: 'POST' })).status).toBe(200);
    },
    shows: (name, badge) => vi.waitFor(() => expect(badges.of(idOf(name))).toMatch(badge), PATIENCE),
  };
}

function filledIn(node: FlowNode, values: Record<string, string>): FlowNode {
  if (node.type === 'doorstep-server')
    return { ...node, host: '127.0.0.1', port: String(hub.api.port), credentials: { token } };
  if (node.type !== 'tab') return node;
  const variables = node.env as TabVariable[];
  for (const name of Object.keys(values)) expect(variables.map((known) => known.name)).toContain(name);
  const secrets = variables.filter(({ type }) => type === 'cred').map(({ name }) => [name, SECRET]);
  return {
    ...node,
    env: variables.map((variable) => ({ ...variable, value: values[variable.name] ?? variable.value })),
    credentials: Object.fromEntries(secrets),
  };
}

const linesWith = (text: string) => nodeRed.logLines.filter((line) => line.includes(text)).length;

/** Resolves when each hub of the flows is connected. */
async function deploy(flows: FlowNode[]): Promise<void> {
  const before = linesWith('Connected to Doorstep');
  const hubs = flows.filter(({ type }) => type === 'doorstep-server').length;
  await nodeRed.deploy(flows);
  await vi.waitFor(() => expect(linesWith('Connected to Doorstep')).toBe(before + hubs), PATIENCE);
}

const publish = (draft: Omit<EventDraft, 'at'>) => hub.events.publish({ at: Date.now(), ...draft });
/** Waits for so many requests, and no more, and gives them. */
async function told(count: number): Promise<HttpInbox['told']> {
  await vi.waitFor(() => expect(inbox.told.length).toBeGreaterThanOrEqual(count), PATIENCE);
  expect(inbox.told.map(({ method, path }) => `${method} ${path}`)).toHaveLength(count);
  return inbox.told;
}

/** A clip with its picture, ready at the hub, and how an event names them. */
async function recorded(camera = hub.cameras[0].ref) {
  const { id } = await hub.clips.add(camera, hub.media);
  return { camera, media: { snapshot: { id, ready: true }, clip: { id, ready: true } } };
}
/** The bytes of a file in a form. */
const bytesOf = async (file: string | File | undefined) =>
  file instanceof File ? Buffer.from(await file.arrayBuffer()) : file;

const ntfy = () => ({ NTFY_URL: inbox.url, NTFY_TOPIC: 'our-door' });

test('Node-RED offers them in its import dialog, in a folder of their own', async () => {
  const folder = await nodeRed.admin('library/examples/flows/@homebridge-doorstep/node-red/recipes/');
  expect(await folder.json()).toEqual(
    readdirSync(RECIPES)
      .map((file) => ({ fn: file.replace('.json', '') }))
      .toSorted((one, other) => one.fn.localeCompare(other.fn)),
  );
});

test('storage away: told when it stays away, and when it is back; a NAS that restarts is no news', async () => {
  await cook('storage-away', { ...ntfy(), NAS_WAIT_MINUTES: '0.005' });
  publish({ kind: 'storage', phase: 'nas-missing', storage: { reason: 'it does not answer' } });
  await told(1);
  publish({ kind: 'storage', phase: 'nas-back' });
  const [away, back] = await told(2);
  expect(away).toMatchObject({
    method: 'POST',
    path: '/our-door',
    query: { title: 'Doorstep' },
    headers: { authorization: `Bearer ${SECRET}` },
  });
  expect(String(away?.body)).toMatch(/^The NAS has not answered since \d/);
  expect(String(back?.body)).toMatch(/^The NAS is back/);

  await cook('storage-away', { ...ntfy(), NAS_WAIT_MINUTES: '60' });
  publish({ kind: 'storage', phase: 'nas-missing' });
  publish({ kind: 'storage', phase: 'nas-back' });
  publish({ kind: 'storage', phase: 'spool-low', storage: { hoursLeft: 5 } });
  const all = await told(3);
  expect(String(all[2]?.body)).toBe('Room for recordings runs short');
});

test('Telegram: the picture of a ring as a form, the words alone where there is none', async () => {
  await cook('telegram', { TELEGRAM_URL: inbox.url });
  publish({ kind: 'doorbell', phase: 'ring', ...(await recorded()) });
  const [photo] = await told(1);
  expect(photo).toMatchObject({
    method: 'POST',
    path: `/bot${SECRET}/sendPhoto`,
    form: { chat_id: SECRET, caption: expect.stringMatching(/^Front door: Somebody rang at \d/) },
  });
  expect(photo?.form.photo).toMatchObject({ name: 'picture.jpg', type: 'image/jpeg' });
  expect(await bytesOf(photo?.form.photo)).toEqual(hub.media.jpeg);
  publish({ kind: 'doorbell', phase: 'ring', camera: hub.cameras[0].ref });
  const [, words] = await told(2);
  expect(words?.path).toBe(`/bot${SECRET}/sendMessage`);
  expect(JSON.parse(String(words?.body))).toEqual({
    chat_id: SECRET,
    text: expect.stringMatching(/^Front door: Somebody rang at \d/),
  });
});

test('ntfy: the picture of a ring as the body, the words in the address', async () => {
  await cook('ntfy', ntfy());
  const camera = { ...hub.cameras[0].ref, name: 'Entrée, côté rue' };
  publish({ kind: 'doorbell', phase: 'ring', ...(await recorded()), camera });
  const [picture] = await told(1);
  expect(picture).toMatchObject({
    method: 'POST',
    path: '/our-door',
    query: { title: camera.name, message: expect.stringMatching(/^Somebody rang/), filename: 'picture.jpg' },
    headers: { authorization: `Bearer ${SECRET}` },
    body: hub.media.jpeg,
  });
  publish({ kind: 'doorbell', phase: 'ring', camera });
  const [, words] = await told(2);
  expect(words?.query).toEqual({ title: camera.name, tags: 'bell' });
  expect(String(words?.body)).toMatch(/^Somebody rang at \d/);
});

test('Pushover: the picture of a ring and its words in one form', async () => {
  await cook('pushover', { PUSHOVER_URL: `${inbox.url}/1/messages.json` });
  publish({ kind: 'doorbell', phase: 'ring', ...(await recorded()) });
  publish({ kind: 'doorbell', phase: 'ring', camera: hub.cameras[0].ref });
  const [picture, words] = (await told(2)).toSorted((one) => (one.form.attachment ? -1 : 1));
  const form = {
    ...{ token: SECRET, user: SECRET, title: 'Front door' },
    message: expect.stringMatching(/^Somebody rang at \d/),
  };
  expect(picture).toMatchObject({ method: 'POST', path: '/1/messages.json', form });
  expect(picture?.form.attachment).toMatchObject({ name: 'picture.jpg', type: 'image/jpeg' });
  expect(await bytesOf(picture?.form.attachment)).toEqual(hub.media.jpeg);
  expect(words?.form).toEqual(form);
});

test('package taken: nothing while somebody is home; else light, siren, picture, and the clip when it is finished', async () => {
  const { press, shows } = await cook('package-taken', {
    ...ntfy(),
    ...{ LIGHT_ON_URL: `${inbox.url}/light/on`, LIGHT_OFF_URL: `${inbox.url}/light/off` },
    ...{ SIREN_URL: `${inbox.url}/siren`, NTFY_MAX_MB: '15' },
  });
  const taken = {
    kind: 'package',
    phase: 'removed',
    package: { id: 'p', count: 0, verdict: 'taken' },
  } as const;
  await press('somebody is home');
  const isKnown = (home: string) =>
    vi.waitFor(() => expect(hub.detection.household().home).toBe(home), PATIENCE);
  await isKnown('home');
  publish({ ...taken, ...(await recorded()) });
  await shows('nobody home', 'held: home');

  await press('everybody left');
  await isKnown('away');
  const event = await recorded();
  const begun = hub.clips.begin(event.camera);
  publish({ ...taken, ...event, media: { ...event.media, clip: { id: begun.id, ready: false } } });
  const [light, siren, picture] = (await told(3)).toSorted(
    (one, other) => order(one.path) - order(other.path),
  );
  expect(light).toMatchObject({ method: 'GET', path: '/light/on' });
  expect(siren).toMatchObject({ method: 'GET', path: '/siren' });
  expect(picture).toMatchObject({
    ...{ path: '/our-door', body: hub.media.jpeg, headers: { authorization: `Bearer ${SECRET}` } },
    query: {
      title: 'Front door',
      priority: 'high',
      filename: 'picture.jpg',
      message: expect.stringMatching(/\d/),
    },
  });
  // The light does not wait for the picture.
  expect(inbox.told.at(-1)).toBe(picture);

  await hub.clips.finish(begun.id, hub.media);
  publish({
    kind: 'clip',
    phase: 'ready',
    camera: event.camera,
    media: { clip: { id: begun.id, ready: true } },
  });
  const film = (await told(4)).at(-1);
  expect(film).toMatchObject({
    path: '/our-door',
    query: { filename: 'clip.mp4', message: 'The recording' },
  });
  expect(film?.body.equals(hub.media.mp4)).toBe(true);

  publish({ ...taken, ...(await recorded()) });
  await shows('nobody home', 'held: cooldown');
  // To try it takes no package: the light is on already, and the words come alone.
  await press('try it');
  const words = (await told(6)).filter(({ path }) => path === '/our-door').at(-1);
  expect(String(words?.body)).toBe('Only a test');
});

const order = (path: string) => ['/light/on', '/siren', '/our-door'].indexOf(path);

test('deliveries: once a day what came, what went and what was corrected', async () => {
  const { press, shows } = await cook('delivery-digest', ntfy());
  const camera = hub.cameras[0].ref;
  await press('every day at 19:00');
  expect(String((await told(1))[0]?.body)).toMatch(/^No package came today\.\nRecordings today: \d+$/);

  publish({ kind: 'package', phase: 'delivered', camera, package: { id: 'a', count: 1 } });
  publish({ kind: 'package', phase: 'delivered', camera, package: { id: 'b', count: 2 } });
  const { id } = publish({
    ...{ kind: 'package', phase: 'removed', camera },
    package: { id: 'a', count: 1, verdict: 'unknown' },
  });
  publish({
    ...{ kind: 'package', phase: 'corrected', camera, supersedes: id },
    package: { id: 'a', count: 1, verdict: 'collected' },
  });
  await shows('note it', '3 today');
  await press('every day at 19:00');
  const lines = String((await told(2))[1]?.body).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^Front door: .*\d/);

  // It begins anew, and comes also while the hub does not answer what it is asked.
  publish({ kind: 'package', phase: 'delivered', camera, package: { id: 'c', count: 1 } });
  await shows('note it', '1 today');
  const ask = vi.spyOn(hub.clips, 'list').mockImplementation(() => {
    throw new Error('not now');
  });
  await press('every day at 19:00');
  expect(String((await told(3))[2]?.body)).toMatch(/^Front door: .*\nRecordings: \w/);
  ask.mockRestore();
});

test('ring: said once, on the page and by the loudspeaker; the page shows the door as it is now', async () => {
  await cook('ring-and-tile', { SPEAKER_URL: `${inbox.url}/say/{text}` });
  const page = await fetch(new URL('doorstep/door', `${nodeRed.url}/`));
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain("fetch('door.jpg')");
  const picture = await fetch(new URL('doorstep/door.jpg', `${nodeRed.url}/`));
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(hub.media.jpeg);

  const socket = new WebSocket(`${nodeRed.url.replace('http', 'ws')}/doorstep/rings`);
  await once(socket, 'open');
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  publish({ kind: 'doorbell', phase: 'ring', camera: hub.cameras[0].ref });
  publish({ kind: 'doorbell', phase: 'ring', camera: hub.cameras[0].ref });
  const [said] = await told(1);
  expect(decodeURIComponent(said?.path ?? '')).toMatch(/^\/say\/Front door: Somebody rang at \d/);
  await vi.waitFor(() => expect(heard).toEqual([expect.stringMatching(/^Somebody rang at \d/)]), PATIENCE);
  socket.terminate();

  // Without a picture the page says why.
  hub.cameras[0].offline();
  const none = await fetch(new URL('doorstep/door.jpg', `${nodeRed.url}/`));
  hub.cameras[0].online();
  expect([none.status, (await none.text()).length > 10]).toEqual([503, true]);
});

test('night watch: a push by day; at night light alone, a ring all the same, and in the morning what there was', async () => {
  const values = {
    ...ntfy(),
    ...{ LIGHT_ON_URL: `${inbox.url}/light/on`, LIGHT_OFF_URL: `${inbox.url}/light/off` },
  };
  const person = { kind: 'motion', phase: 'start', label: 'person' } as const;
  // From now an hour ago to an hour from now is night, or day.
  const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toTimeString().slice(0, 5);
  const day = await cook('night-watch', values, {
    'quiet at night': { quietFrom: clock(2), quietTo: clock(3) },
  });
  publish({ ...person, ...(await recorded()) });
  const [push] = await told(1);
  expect(push).toMatchObject({ path: '/our-door', query: { title: 'Front door' }, body: hub.media.jpeg });
  await day.press('every day at 07:00');

  const night = await cook('night-watch', values, {
    'quiet at night': { quietFrom: clock(-1), quietTo: clock(1) },
  });
  const garden = hub.cameras[1].ref;
  publish({ ...person, ...(await recorded(garden)) });
  await night.shows('note it', '1 tonight');
  publish({ kind: 'doorbell', phase: 'ring', camera: hub.cameras[0].ref });
  const [, light, ring] = await told(3);
  expect(light?.path).toBe('/light/on');
  expect(String(ring?.body)).toMatch(/^Somebody rang/);
  await night.press('every day at 07:00');
  const morning = (await told(4)).at(-1);
  expect(morning?.query.title).toBe('Last night');
  expect(String(morning?.body)).toMatch(/^Garden: .*\d$/);
});

test('two hubs in one Node-RED keep apart, and one goes on while the other is away', async () => {
  await using one = await startEventHub();
  await using other = await startEventHub();
  const server = (id: string, { port, auth }: typeof one): FlowNode => ({
    ...{
      id,
      type: 'doorstep-server',
      name: '',
      host: '127.0.0.1',
      port: String(port),
      tls: false,
      version: 1,
    },
    credentials: { token: auth.createToken({ name: id, scopes: ['events'] }).token },
  });
  const bell = (hubId: string): FlowNode[] => [
    {
      ...{
        id: `bell-${hubId}`,
        type: 'doorstep-doorbell',
        z: 'tab',
        server: hubId,
        cameras: [],
        replay: true,
      },
      ...{ payload: 'event', version: 1, wires: [[`send-${hubId}`]] },
    },
    {
      ...{ id: `send-${hubId}`, type: 'http request', z: 'tab', method: 'POST', ret: 'txt', senderr: true },
      ...{ url: `${inbox.url}/${hubId}`, headers: [], wires: [[]] },
    },
  ];
  await deploy([
    { id: 'tab', type: 'tab', label: 'Two hubs' },
    ...[server('one', one), server('other', other)],
    ...[...bell('one'), ...bell('other')],
  ]);
  const ring = (at: typeof one) =>
    at.events.publish({ kind: 'doorbell', phase: 'ring', camera: FRONT_DOOR, at: Date.now() }).id;
  const rung = () =>
    inbox.told.map(({ path, body }) => {
      const { id, replay = false } = JSON.parse(String(body)) as { id: string; replay?: boolean };
      return [path, id, replay];
    });
  const after = async (...expected: unknown[]) => {
    await vi.waitFor(() => expect(rung()).toHaveLength(expected.length), PATIENCE);
    expect(rung()).toEqual(expected);
  };
  // Short names and sequence numbers are the same at both.
  const first = ring(one);
  await after(['/one', first, false]);
  const second = ring(other);
  await after(['/one', first, false], ['/other', second, false]);
  await one.goAway();
  const missed = ring(one);
  const third = ring(other);
  await after(['/one', first, false], ['/other', second, false], ['/other', third, false]);
  await one.comeBack();
  await after(
    ['/one', first, false],
    ['/other', second, false],
    ['/other', third, false],
    ['/one', missed, true],
  );
});
