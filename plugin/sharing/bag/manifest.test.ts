import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePath, encodePath, isInside, manifestText, parseManifest } from './manifest.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];

it('writes lines as sha256sum does, sorted', () => {
  expect(
    manifestText([
      { path: 'data/b', sha256: B },
      { path: 'data/a%', sha256: A },
    ]),
  ).toBe(`${A}  data/a%25\n${B}  data/b\n`);
});

it.each([
  ['two spaces', `${A}  data/a\n`, ['data/a'], 0],
  ['a tab, CRLF and no end', `${A}\tdata/a\r\n${B} data/b`, ['data/a', 'data/b'], 0],
  ['a star, as md5sum writes it', `${A} *data/a\n`, ['data/a'], 0],
  ['capital digits', `${A.toUpperCase()}  data/a\n`, ['data/a'], 0],
  ['a checksum that is too short', `${A.slice(1)}  data/a\n`, [], 1],
  ['no path', `${A}  \n`, [], 1],
  ['a path that leads out', `${A}  data/../../a\n${B}  data/b\n`, ['data/b'], 1],
  ['an encoded one', `${A}  data/%0A\n`, [], 1],
  ['an absolute one', `${A}  /etc/passwd\n`, [], 1],
  ['the same twice', `${A}  data/a\n${B}  data/A\n`, ['data/a'], 1],
])('reads %s', (_, text, paths, faults) => {
  const found = parseManifest(text);
  expect(found.listed.map(({ path }) => path)).toEqual(paths);
  expect(found.faults).toHaveLength(faults);
});

it.each([
  ...[
    '',
    '.',
    '..',
    '../a',
    'a/../b',
    'a//b',
    'a/',
    './a',
    '/a',
    '~/a',
    '~root',
    'C:/a',
    'a\\b',
    '\\\\host\\a',
  ],
  ...['a\nb', 'a\rb', 'a\u0000b', 'a:b', `a${'/b'.repeat(600)}`],
])('%j may lead out of a bag somewhere', (path) => {
  expect(isInside(path)).toBe(false);
});

it('gives back any path, however odd, and lists none that leads out (T9)', () => {
  const odd = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('..', '/', '%', '%2e', '\r\n', '\u0000', '-', '\\', '~'),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(odd, (parts) => {
      const path = parts.join('');
      expect(decodePath(encodePath(path))).toBe(path);
      expect(encodePath(path)).not.toMatch(/[\r\n]/);
      const { listed } = parseManifest(`${A}  ${encodePath(path)}\n`);
      for (const { path: found } of listed) expect(found.split('/')).not.toContain('..');
    }),
  );
});
