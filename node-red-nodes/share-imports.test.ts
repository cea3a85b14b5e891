/** What the share node can reach: its sources, and all that they import, speak with the hub in one place and with nobody else. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** All sources that a file is made of, as paths from the root, and what else they import. Types are not code. */
function reach(entry: string): { sources: Map<string, string>; modules: string[] } {
  const sources = new Map<string, string>();
  const modules: string[] = [];
  const visit = (path: string) => {
    const name = relative(ROOT, path);
    if (sources.has(name)) return;
    const text = readFileSync(path, 'utf8');
    sources.set(name, text);
    for (const [, from = ''] of text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s'([^']+)';/gm)) {
      if (from.startsWith('.')) visit(join(dirname(path), from));
      else modules.push(`${name}: ${from}`);
    }
  };
  visit(join(ROOT, entry));
  return { sources, modules };
}

const { sources, modules } = reach('node-red-nodes/doorstep-share.ts');

test('all that it is made of was found', () => {
  expect([...sources.keys()]).toEqual(
    expect.arrayContaining(['node-red-nodes/lib/hub-request.ts', 'node-red-nodes/lib/share-watch.ts']),
  );
  for (const name of sources.keys()) expect(existsSync(join(ROOT, name))).toBe(true);
});

test('nothing but the shared client reaches a network, a disk or another program', () => {
  const reaches = modules.filter((each) => !/: node:(crypto|util|timers\/promises|path)$/.test(each));
  expect(reaches.filter((each) => !/lib\/(wire|frame)\.ts: ws$/.test(each))).toEqual([]);
  const dynamic = /\bimport\(|\brequire\(|\bXMLHttpRequest\b|\bWebSocket\(|\bEventSource\b|process\.binding/;
  const calls = [...sources].filter(
    ([name, text]) =>
      (/(?:await|return|[=(,:?])\s*fetch\(|globalThis/.test(text) && !name.endsWith('lib/hub-request.ts')) ||
      (dynamic.test(text) && !name.endsWith('lib/wire.ts')),
  );
  expect(calls.map(([name]) => name)).toEqual([]);
});

test('it says no address and no secret of its own', () => {
  for (const name of [
    'doorstep-share.ts',
    'lib/share-proposal.ts',
    'lib/share-watch.ts',
    'lib/share-route.ts',
  ]) {
    expect(sources.get(`node-red-nodes/${name}`)).not.toMatch(/https?:\/\/|password|credentials/);
  }
  const page = readFileSync(join(ROOT, 'node-red-nodes/doorstep-share.html'), 'utf8');
  expect(page).not.toMatch(/credentials|type="(url|email|password)"/);
});
