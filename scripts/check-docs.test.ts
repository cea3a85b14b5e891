import { describe, expect, it } from 'vitest';
import { checkCures, checkDocs, checkMap, checkPage, declares, repository, type Tree } from './check-docs.ts';

const files: Record<string, string> = {
  'plugin/camera/ring.ts': 'export class Ring {\n  push(item: Item): void {\n    this.#add(item);\n  }\n}\n',
  'plugin/camera/reader.ts': `throw new ProblemError({ code: 'camera-away', what, cure });\n`,
  'docs/options.md': '',
};
const tree: Tree = {
  has: (path) => path in files,
  read: (path) => files[path] ?? '',
  sources: Object.keys(files).filter((path) => path.endsWith('.ts')),
  npmScripts: ['demo'],
};

describe('a page', () => {
  it.each([
    ['a file by its path', 'See `plugin/camera/ring.ts`.', []],
    ['a file by its name', 'See `ring.ts`.', []],
    ['a file that is gone', 'See `plugin/camera/round.ts`.', ['there is no file plugin/camera/round.ts']],
    ['a method', '`Ring` and `Ring.push` in `plugin/camera/ring.ts`', []],
    [
      'a method that is gone',
      '`pull` in `plugin/camera/ring.ts`',
      ['plugin/camera/ring.ts declares no pull'],
    ],
    [
      'what is called but not declared',
      '`add` in\n`plugin/camera/ring.ts`',
      ['plugin/camera/ring.ts declares no add'],
    ],
    ['a link with an anchor', '[Options](options.md#api) and [elsewhere](https://example.org/x.md)', []],
    ['a link that leads nowhere', '[Options](option.md)', ['the link to option.md leads nowhere']],
    ['a script', 'Type `npm run demo`.', []],
    ['a script that is gone', 'Type `npm run dance`.', ['there is no "npm run dance"']],
  ])('names %s', (_, text, breaches) => {
    const finding = checkPage('docs/page.md', text, tree);
    expect(finding.breaches).toEqual(breaches.map((what) => `docs/page.md: ${what}`));
    expect(finding.checked).toBeGreaterThan(0);
  });

  it('lists all files of a room and no others', () => {
    const page =
      '### `plugin/camera/`\n\n- `ring.ts`: keeps\n- `round.ts`: no more\n\n## Next\n\n- `other.ts`\n';
    expect(checkMap('map.md', page, tree).breaches).toEqual([
      'map.md: there is no plugin/camera/round.ts',
      'map.md: plugin/camera/reader.ts has no line',
    ]);
  });

  it('has a cure for each problem, and no other', () => {
    expect(checkCures('cures.md', '### `camera-away`\n', tree).breaches).toEqual([]);
    expect(checkCures('cures.md', '| `camera-here` | … |\n', tree).breaches).toEqual([
      'cures.md: the problem "camera-away" has no cure',
      'cures.md: no code makes the problem "camera-here"',
    ]);
  });
});

describe('a declaration', () => {
  it.each([
    ['export async function read(plan: Plan): Promise<void> {', true],
    ['  async #run(): Promise<void> {\n', true],
    ['const read = () => {};\n', true],
    ['  read: async (path) => {\n', true],
    ['export class read {', true],
    ['  async *read(\n    options: Options,\n  ): AsyncGenerator<Item> {\n', true],
    ['  read(plan);\n', false],
    ['  await read(plan, { signal });\n', false],
    ['  // function read() {}\n', false],
    ['  ready(): void {\n', false],
  ])('%j', (source, expected) => {
    expect(declares(source, source.includes('#run') ? '#run' : 'read')).toBe(expected);
  });
});

it('holds for the documentation of this repository', () => {
  const { checked, breaches } = checkDocs(repository());
  expect(breaches).toEqual([]);
  expect(checked).toBeGreaterThan(200);
});
