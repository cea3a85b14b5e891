/** What keeps a bag from being made, in words. */
import { ProblemError } from '../../system/problem.ts';

/** @param why what does not fit, as a sentence */
export const bagRefused = (why: string) =>
  new ProblemError({
    code: 'bag-refused',
    what: `The evidence package cannot be made: ${why}`,
    cure: 'Choose fewer or shorter clips, and check the name of the package.',
  });

/** @param path of the file */
export const footageChanged = (path: string) =>
  new ProblemError({
    code: 'bag-footage-changed',
    what: `The file ${path} is not the one that was looked at and approved.`,
    cure: 'Nothing was made of it. Start over with this clip, and look at it again before you approve it.',
  });

/** @param folder of the bag */
export const bagExists = (folder: string) =>
  new ProblemError({
    code: 'bag-exists',
    what: `There is an evidence package at ${folder} already.`,
    cure: 'Give the new one another name; packages are never written over.',
  });

/** @param why what was wrong with the answer, or with the way there */
export const timestampFailed = (why: string, cause: unknown) =>
  new ProblemError(
    {
      code: 'bag-timestamp-failed',
      what: `The timestamp authority gave no timestamp that can be used: ${why}.`,
      cure: 'Try again later, or make the package without a timestamp.',
    },
    { cause },
  );

/** @param folder where it was to be made @param why that of the disk */
export const bagUnwritable = (folder: string, why: string, cause: unknown) =>
  new ProblemError(
    {
      code: 'bag-unwritable',
      what: `The evidence package cannot be written in ${folder}: ${why}.`,
      cure: 'Check that the disk has room and that the user that runs Homebridge may write there.',
    },
    { cause },
  );
