/**
 * Keeps the documentation true where a program can tell: files, functions, links, npm scripts and problem codes that it names must exist,
 * and every source file of a room must have its line in docs/architecture.md. Prints each breach and exits 1 when there is one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MAP = 'docs/architecture.md';
const CURES = 'docs/troubleshooting.md';
/** Where sources lie, and where problem codes are made. */
const SOURCES = [
  'protocol',
  'plugin',
  'node-red-nodes',
  'ui/src',
  'simulator',
  'scripts',
  'test/support',
  'bench',
];
const CODED = /^plugin\/(?!cli\/demo\/)/;

/** What the documentation is held against. */
export interface Tree {
  /** Repository paths, with forward slashes. */
  has(path: string): boolean;
  read(path: string): string;
  /** Every source file but tests. */
  sources: readonly string[];
  npmScripts: readonly string[];
}

export interface Finding {
  /** How many names were looked up. */
  checked: number;
  breaches: string[];
}

/** Everything that can be told about one page. */
export function checkPage(page: string, text: string, tree: Tree): Finding {
  const checks = [
    ...filesNamed(text).map((file) => ({ ok: isFile(file, tree), what: `there is no file ${file}` })),
    ...declarationsNamed(text).map(({ name, file }) => ({
      ok: tree.has(file) && declares(tree.read(file), name),
      what: `${file} declares no ${name}`,
    })),
    ...linksOf(text).map((link) => ({
      ok: tree.has(posix.join(posix.dirname(page), link)),
      what: `the link to ${link} leads nowhere`,
    })),
    ...[...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => ({
      ok: tree.npmScripts.includes(name),
      what: `there is no "npm run ${name}"`,
    })),
  ];
  return summary(page, checks);
}

/** Each room that has a heading (`### plugin/camera`) lists all of its files, and no others. */
export function checkMap(page: string, text: string, tree: Tree): Finding {
  const checks = roomsOf(text).flatMap(({ folder, files }) => {
    const own = tree.sources
      .filter((path) => posix.dirname(path) === folder)
      .map((path) => posix.basename(path));
    return [
      ...files.map((file) => ({ ok: own.includes(file), what: `there is no ${folder}/${file}` })),
      ...own.map((file) => ({ ok: files.includes(file), what: `${folder}/${file} has no line` })),
    ];
  });
  return summary(page, checks);
}

/** Each problem code of the code has its cure, and each code that has one exists. */
export function checkCures(page: string, text: string, tree: Tree): Finding {
  const made = new Set(
    tree.sources.filter((path) => CODED.test(path)).flatMap((path) => problemCodes(tree.read(path))),
  );
  const told = new Set([...text.matchAll(/^(?:###|\|) `([a-z][a-z-]*)`/gm)].map(([, code = '']) => code));
  return summary(page, [
    ...[...made].map((code) => ({ ok: told.has(code), what: `the problem "${code}" has no cure` })),
    ...[...told].map((code) => ({ ok: made.has(code), what: `no code makes the problem "${code}"` })),
  ]);
}

/** Whether a source text declares this function, class, method, constant or type. A mere call of it does not count. */
export function declares(source: string, name: string): boolean {
  const text = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const word = name.replace(/[^\w]/g, '');
  if (new RegExp(`\\b(?:function\\*?|class|const|let|interface|type|get|set)\\s+#?${word}\\b`).test(text))
    return true;
  const held = `^\\s*#?${word}\\s*(?::|(?::[^=\\n]*)?=)\\s*(?:async\\s*)?(?:\\(|\\w+\\s*=>)`;
  if (new RegExp(held, 'm').test(text)) return true;
  const heads = text.matchAll(
    new RegExp(`^[ \\t]*(?:(?:static|async|readonly)\\s+|\\*\\s*)*#?${word}\\s*(?:<[^>]*>)?\\(`, 'gm'),
  );
  return [...heads].some((head) => /^\s*[:{]/.test(afterParenthesis(text, head.index + head[0].length)));
}

/** The text behind the parenthesis that is open at `start`. */
function afterParenthesis(text: string, start: number): string {
  let open = 1;
  let at = start;
  for (; at < text.length && open > 0; at++) open += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
  return text.slice(at, at + 20);
}

/** `` `ring.ts` `` or `` `plugin/camera/ring.ts` ``. */
function filesNamed(text: string): string[] {
  return [...text.matchAll(/`([\w@.-]+(?:\/[\w@.-]+)*\.(?:tsx?|mjs))`/g)].map(([, file = '']) => file);
}

/** `` `name` in `path` ``, also `` `one`, `two` and `three` in `path` ``. */
function declarationsNamed(text: string): { name: string; file: string }[] {
  return [
    ...text.matchAll(/((?:`[#\w.]+`(?:, | and ))*`[#\w.]+`)\s+in\s+`([\w./-]+\.(?:tsx?|mjs))`/g),
  ].flatMap(([, names = '', file = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({ name: name.split('.').at(-1) ?? '', file })),
  );
}

function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function roomsOf(text: string): { folder: string; files: string[] }[] {
  return text
    .split(/^### /m)
    .slice(1)
    .flatMap((section) => {
      const folder = /^`([\w./-]+)\/`/.exec(section)?.[1];
      const own = section.split(/^#/m)[0] ?? '';
      return folder
        ? [{ folder, files: [...own.matchAll(/^- `([\w.-]+)`/gm)].map(([, file = '']) => file) }]
        : [];
    });
}

function problemCodes(source: string): string[] {
  return [...source.matchAll(/\bcode: '([a-z][a-z-]*)'/g)].map(([, code = '']) => code);
}

function isFile(file: string, tree: Tree): boolean {
  return file.includes('/')
    ? tree.has(file)
    : tree.has(file) || tree.sources.some((path) => posix.basename(path) === file);
}

function summary(page: string, checks: readonly { ok: boolean; what: string }[]): Finding {
  return {
    checked: checks.length,
    breaches: checks.filter(({ ok }) => !ok).map(({ what }) => `${page}: ${what}`),
  };
}

/** The repository itself. */
export function repository(): Tree {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  return {
    has: (path) => existsSync(join(root, path)),
    read: (path) => readFileSync(join(root, path), 'utf8'),
    sources: SOURCES.flatMap(filesBelow).filter(
      (path) => /\.(tsx?|mjs)$/.test(path) && !/\.test\.tsx?$|\/(node_modules|dist)\//.test(path),
    ),
    npmScripts: Object.keys(scripts),
  };
}

/** All pages of the repository, checked. */
export function checkDocs(tree: Tree): Finding {
  const pages = [...readdirSync(root), ...filesBelow('docs'), 'node-red-nodes/README.md'];
  const findings = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => {
      const text = tree.read(page);
      return [
        checkPage(page, text, tree),
        ...(page === MAP ? [checkMap(page, text, tree)] : []),
        ...(page === CURES ? [checkCures(page, text, tree)] : []),
      ];
    });
  return {
    checked: findings.reduce((sum, { checked }) => sum + checked, 0),
    breaches: findings.flatMap(({ breaches }) => breaches),
  };
}

function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { checked, breaches } = checkDocs(repository());
  for (const text of breaches) console.error(text);
  console.log(`${checked} names in the documentation, ${breaches.length} of them stale`);
  process.exit(breaches.length > 0 ? 1 : 0);
}
