/**
 * `npm run eval -- --clips DIR`: how well recorded clips are understood. docs/eval.md says how to write a truth file, what each number
 * means and what each option does.
 *
 * It drives the same code as the hub: ffmpeg with the reader's own filters, a camera's `Sight`, and the person model. As fast as it goes,
 * each look is answered before the next picture, but as late in the clip as the model would take.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openMoveNet } from '../../plugin/detection/models/movenet.ts';
import { createSight } from '../../plugin/detection/sight.ts';
import { Closing } from '../../plugin/system/closing.ts';
import { ProblemError } from '../../plugin/system/problem.ts';
import { clipPictures, evalFfmpeg } from './clip-pictures.ts';
import { evaluateClip } from './evaluate.ts';
import { type FoundClip, findClips } from './find-clips.ts';
import { rememberLooks } from './remembered-looks.ts';
import { clipJson, clipLines, markdownTable, textTable, withBlock } from './report.ts';
import { type ClipScore, summarize, targets } from './score.ts';
import { soak } from './soak/soak.ts';
import { keptInSoak, soakJson, soakLines } from './soak/soak-report.ts';
import { deriveClips } from './variant-clips.ts';

const PAGE = fileURLToPath(new URL('../../docs/eval.md', import.meta.url));

const { values: options } = parseArgs({
  options: {
    clips: { type: 'string' },
    derive: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    'packages-without-people': { type: 'string', multiple: true, default: [] },
    'real-time': { type: 'boolean', default: false },
    'look-ms': { type: 'string', default: '150' },
    cache: { type: 'string' },
    crops: { type: 'string' },
    json: { type: 'boolean', default: false },
    soak: { type: 'string' },
    'calm-share': { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const closing = new Closing();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void closing[Symbol.asyncDispose]().finally(() => process.exit(130)));
try {
  if (options.soak !== undefined) await soakFor(Number(options.soak));
  else await tell(await evaluateAll(await wantedClips()));
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await closing[Symbol.asyncDispose]();
}

async function wantedClips(): Promise<FoundClip[]> {
  if (options.clips === undefined)
    throw new ProblemError({
      code: 'no-clips',
      what: 'It is not said which clips to look at.',
      cure: 'Use: npm run eval -- --clips DIR, where DIR holds recordings and their truth.json.',
    });
  const named = (name: string, parts: readonly string[]) => parts.some((part) => name.includes(part));
  const found = (await findClips(options.clips)).map((clip) =>
    clip.truth && named(clip.name, options['packages-without-people'])
      ? { ...clip, truth: { ...clip.truth, withoutPeople: true } }
      : clip,
  );
  const derived = options.derive ? await deriveClips(found, await evalFfmpeg()) : [];
  const all = [...found, ...derived];
  const wanted = options.only.length === 0 ? all : all.filter(({ name }) => named(name, options.only));
  if (wanted.length > 0) return wanted;
  throw new ProblemError({
    code: 'no-clips',
    what: `No clip is called like ${options.only.join(' or ')}.`,
    cure: `There are: ${all.map(({ name }) => name).join(', ')}.`,
  });
}

async function soakFor(hours: number): Promise<void> {
  const outcome = await soak({
    ...{ from: 0, to: hours * 3600, seed: Number(options.seed), createSight },
    calmShare: Number(options['calm-share']),
    onHour: (over) => say(`${over} of ${hours} hours`),
  });
  if (options.json) console.log(JSON.stringify(soakJson(outcome)));
  else for (const line of soakLines(outcome)) console.log(line);
  if (options.check && !keptInSoak(outcome)) process.exitCode = 1;
}

async function evaluateAll(clips: readonly FoundClip[]): Promise<ClipScore[]> {
  const ffmpeg = await evalFfmpeg();
  const model = closing.use(await openMoveNet());
  const detector = options.cache === undefined ? model : await rememberLooks(model, options.cache);
  if (options.crops !== undefined) await mkdir(options.crops, { recursive: true });
  const scores: ClipScore[] = [];
  for (const [index, clip] of clips.entries()) {
    await clip.make?.();
    const score = await evaluateClip(clip, {
      createSight,
      detector,
      pictures: (path) => clipPictures(ffmpeg, path),
      lookMs: Number(options['look-ms']),
      realTime: options['real-time'],
      ...(options.crops !== undefined && { crops: options.crops }),
    });
    scores.push(score);
    if (options.json) console.log(JSON.stringify(clipJson(score, summarize([score]))));
    else {
      say(`${index + 1}/${clips.length} ${clip.name}${clip.truth ? '' : ' (no truth)'}`);
      for (const line of clipLines(score)) console.log(`  ${line}`);
    }
  }
  return scores;
}

async function tell(scores: readonly ClipScore[]): Promise<void> {
  const all = summarize(scores);
  const kept = targets(all);
  const rows = scores.map((score) => [score.outcome.name, summarize([score])] as const);
  if (options.json) console.log(JSON.stringify({ total: all, targets: kept }));
  else {
    console.log(`\n${textTable([...rows, ['all', all]])}\n`);
    for (const { what, kept: isKept } of kept) console.log(`${isKept ? 'kept    ' : 'NOT KEPT'} ${what}`);
  }
  if (options.write) await writeBlock(rows, all);
  if (options.check && kept.some((target) => !target.kept)) process.exitCode = 1;
}

async function writeBlock(
  rows: readonly (readonly [string, ReturnType<typeof summarize>])[],
  all: ReturnType<typeof summarize>,
): Promise<void> {
  const said = process.argv.slice(2).map((word) => (word === options.clips ? 'DIR' : word));
  const date = new Date().toISOString().slice(0, 10);
  const head = `Written by \`npm run eval -- ${said.join(' ')}\` on ${date}.`;
  await writeFile(
    PAGE,
    withBlock(await readFile(PAGE, 'utf8'), `${head}\n\n${markdownTable([...rows, ['all', all]])}`),
  );
  say(`wrote ${PAGE}`);
}

/** Standard output is for the numbers. */
function say(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}
