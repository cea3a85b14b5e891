/** Finds the clips of a folder, and what their truth files say of them. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, posix, relative, sep } from 'node:path';
import { ProblemError, reason } from '../../plugin/system/problem.ts';
import { type ClipTruth, parseTruth } from './truth.ts';

export interface FoundClip {
  /** Its path below the folder, with forward slashes. */
  name: string;
  path: string;
  /** Undefined where no truth file speaks of it. */
  truth: ClipTruth | undefined;
  /** Makes the file at `path`, for a clip that is made when it is wanted. */
  make?(): Promise<void>;
}

const VIDEO = /\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ts|mts|flv|wmv|3gp|ogv)$/i;
const TRUTH = 'truth.json';

/**
 * All clips in a folder and the folders in it, by name. Rejects with a `ProblemError` when there are none, or a truth file is broken or
 * speaks of a clip that is not there.
 */
export async function findClips(folder: string): Promise<FoundClip[]> {
  const files = await filesBelow(folder);
  const videos = files.filter((file) => VIDEO.test(file));
  if (videos.length === 0)
    throw new ProblemError({
      code: 'no-clips',
      what: `There is no clip in ${folder}.`,
      cure: 'Name a folder that holds recordings and their truth.json with --clips.',
    });
  const truths = new Map<string, ClipTruth>();
  for (const file of files.filter((path) => posix.basename(path) === TRUTH)) {
    const path = join(folder, file);
    for (const truth of parseTruth(await readFile(path, 'utf8'), path))
      truths.set(videoOf(truth.file, posix.dirname(file), videos, path), truth);
  }
  return videos.map((name) => ({ name, path: join(folder, name), truth: truths.get(name) }));
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (error) {
    throw new ProblemError({
      code: 'no-clips',
      what: `The folder ${folder} cannot be read: ${reason(error)}.`,
      cure: 'Name a folder that holds recordings and their truth.json with --clips.',
    });
  }
}

/** The clip beside the truth file, else the only one of that name below the folder. */
function videoOf(file: string, beside: string, videos: readonly string[], truthPath: string): string {
  const near = posix.join(beside, file);
  if (videos.includes(near)) return near;
  const namesakes = videos.filter((video) => posix.basename(video) === basename(file));
  if (namesakes.length === 1 && namesakes[0] !== undefined) return namesakes[0];
  throw new ProblemError({
    code: 'broken-truth',
    what: `The truth file ${truthPath} speaks of ${file}, which is not there.`,
    cure: 'Put the clip beside it, or take its entry out.',
  });
}
