/** Keeps what a detector saw in a folder, so that the same pictures need no second look while thresholds are tried. */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Detected, Detector } from '../../plugin/detection/contract.ts';
import type { Box } from '../../protocol/detection.ts';

/** A detector that asks `detector` only for pictures which the folder does not know. Delete the folder when the model has changed. */
export async function rememberLooks(detector: Detector, folder: string): Promise<Detector> {
  const path = join(folder, `${detector.name.replaceAll(/[^\w.-]+/g, '-')}.jsonl`);
  await mkdir(folder, { recursive: true });
  const known = await readLooks(path);
  return {
    name: detector.name,
    labels: detector.labels,
    async detect(frame, part) {
      const key = lookKey(frame, part);
      const before = known.get(key);
      if (before) return before;
      const detected = await detector.detect(frame, part);
      known.set(key, detected);
      await appendFile(path, `${JSON.stringify([key, detected])}\n`);
      return detected;
    },
    [Symbol.asyncDispose]: () => detector[Symbol.asyncDispose](),
  };
}

async function readLooks(path: string): Promise<Map<string, Detected[]>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return new Map(
    text.split('\n').flatMap((line): [string, Detected[]][] => {
      try {
        return [JSON.parse(line) as [string, Detected[]]];
      } catch {
        // The last line of a run that was interrupted, or of one that still writes.
        return [];
      }
    }),
  );
}

function lookKey({ width, luma, cb, cr }: SmallFrame, part: Box | undefined): string {
  const hash = createHash('sha1').update(luma).update(cb).update(cr);
  return hash.update(JSON.stringify([width, part ?? null])).digest('base64url');
}
