/** Makes the hard cases of clips, and keeps them in the cache folder of this machine's user. */
import { createHash } from 'node:crypto';
import { access, mkdir, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Ffmpeg } from '../../plugin/camera/ffmpeg.ts';
import { startChild } from '../../plugin/system/child.ts';
import { ProblemError } from '../../plugin/system/problem.ts';
import { type ClipFacts, clipFacts } from './clip-pictures.ts';
import type { FoundClip } from './find-clips.ts';
import { VARIANTS, type Variant, variantArgs, variantTruth } from './variants.ts';

/** Where derived clips are kept; they may be deleted at any time. */
export function derivedFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'doorstep-eval');
}

/** Every hard case of these clips, `<clip>/<variant>`, not made yet. */
export async function deriveClips(clips: readonly FoundClip[], ffmpeg: Ffmpeg): Promise<FoundClip[]> {
  const derived: FoundClip[] = [];
  for (const clip of clips) {
    const facts = await clipFacts(ffmpeg, clip.path);
    for (const variant of VARIANTS) derived.push(await deriveClip(clip, variant, facts, ffmpeg));
  }
  return derived;
}

async function deriveClip(
  clip: FoundClip,
  variant: Variant,
  facts: ClipFacts,
  ffmpeg: Ffmpeg,
): Promise<FoundClip> {
  const { mtimeMs, size } = await stat(clip.path);
  const recipe = JSON.stringify([mtimeMs, size, variantArgs(variant, facts, clip.path, '')]);
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 16);
  const path = join(derivedFolder(), `${variant.name}-${key}.mp4`);
  return {
    name: `${clip.name}/${variant.name}`,
    path,
    truth: clip.truth && variantTruth(variant, clip.truth, facts.duration),
    async make() {
      if (
        await access(path).then(
          () => true,
          () => false,
        )
      )
        return;
      await mkdir(derivedFolder(), { recursive: true });
      const part = `${path}.${process.pid}.part`;
      const { code, stderrTail, error } = await startChild(
        ffmpeg.path,
        variantArgs(variant, facts, clip.path, part),
        { outputs: 0 },
      ).exited;
      if (code !== 0)
        throw new ProblemError({
          code: 'clip-not-made',
          what: `ffmpeg could not make ${clip.name} with ${variant.name}: ${error?.message ?? stderrTail.at(-1)}.`,
          cure: 'Install an ffmpeg with libx264 and the filters of its default build.',
        });
      await rename(part, path);
    },
  };
}
