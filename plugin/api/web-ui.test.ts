import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { http } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';

let root: string;
let hub: FakeHub;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'doorstep-ui-'));
  mkdirSync(join(root, 'ui', 'assets'), { recursive: true });
  writeFileSync(join(root, 'outside.txt'), 'a file beside the app');
  writeFileSync(join(root, 'ui', 'index.html'), '<!doctype html><title>App</title>');
  writeFileSync(join(root, 'ui', 'icon.svg'), '<svg/>');
  writeFileSync(join(root, 'ui', 'assets', 'app-1a2b.js'), 'export {}');
  hub = await startFakeHub({ uiRoot: join(root, 'ui') });
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

test.each([
  ['/', 'text/html', 'no-cache'],
  ['/?from=home', 'text/html', 'no-cache'],
  ['/cameras/front-door', 'text/html', 'no-cache'],
  ['/icon.svg', 'image/svg+xml', 'no-cache'],
  ['/assets/app-1a2b.js', 'javascript', 'public, max-age=31536000, immutable'],
])('%s is %s, kept: %s', async (path, type, cache) => {
  const answer = await http(hub.api.url + path);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toContain(type);
  expect(answer.headers['cache-control']).toBe(cache);
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
});

test.each(['/assets/gone.js', '/api', '/api/v2/cameras', '/hooks', '/hooks/x', '/%E0%A4%A.js'])(
  '%s is not the app',
  async (path) => {
    const answer = await http(hub.api.url + path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.json()).toHaveProperty('error.code');
  },
);

test.each([
  '/../outside.txt',
  '/%2e%2e/outside.txt',
  '/..%2foutside.txt',
  '/assets/../../outside.txt',
  '//outside.txt',
])('%s does not leave the folder', async (path) => {
  const answer = await http(hub.api.url + path);
  expect(answer.body.toString()).not.toContain('a file beside the app');
  expect(answer.status).toBeGreaterThanOrEqual(400);
});

test('where the app has not been built, a page says so', async () => {
  const bare = await startFakeHub({ media: hub.media, uiRoot: join(root, 'nowhere') });
  const answer = await http(`${bare.api.url}/`);
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toContain('npm run build');
  await bare[Symbol.asyncDispose]();
});
