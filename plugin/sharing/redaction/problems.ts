/** What can be wrong with hiding, in words. Nothing is shared in any of these cases. */
import { ProblemError } from '../../system/problem.ts';

/** @param what is not as it must be, as the end of a sentence */
export const badPlan = (what: string) =>
  new ProblemError({
    code: 'redaction-plan',
    what: `This cannot be hidden as it was asked for: ${what}.`,
    cure: 'Correct it on the review page.',
  });

/** Everything would be shown. */
export const nothingHidden = () =>
  new ProblemError({
    code: 'redaction-hides-nothing',
    what: 'Nothing of the picture would be hidden.',
    cure: 'Hide all of it, an area, or what moves.',
  });

export const tooMuchOpen = () =>
  new ProblemError({
    code: 'redaction-too-open',
    what: 'More than half of the picture would be open to a community.',
    cure: 'Open only what the others need to see, such as the parcel or the gate.',
  });

/** @param why what was found in it, as the end of a sentence */
export const badSource = (why: string) =>
  new ProblemError({
    code: 'redaction-source',
    what: `The clip cannot be read: ${why}.`,
    cure: 'Choose another clip; "doorstep check" finds out whether the recording is damaged.',
  });

/** @param what is too large, as the end of a sentence */
export const sourceTooLarge = (what: string) =>
  new ProblemError({
    code: 'redaction-source-too-large',
    what: `The clip is too large to be worked on: ${what}.`,
    cure: 'Save the part that matters as a clip of its own, and share that.',
  });

export const cutBeyondClip = () =>
  new ProblemError({
    code: 'redaction-cut',
    what: 'The clip has no pictures of all of the time that was chosen.',
    cure: 'Choose a time inside of the clip.',
  });

export const noSound = () =>
  new ProblemError({
    code: 'redaction-no-sound',
    what: 'The clip has no sound.',
    cure: 'Share it without sound.',
  });

export const noHeadFinder = () =>
  new ProblemError({
    code: 'redaction-no-heads',
    what: 'Heads were to be hidden, and the person model does not run here.',
    cure: 'Hide all of the picture, or what moves.',
  });

/** @param why last words of ffmpeg, or what was too slow */
export const redactionFailed = (why: string) =>
  new ProblemError({
    code: 'redaction-failed',
    what: `The hidden copy could not be made: ${why}.`,
    cure: 'Try again, with a shorter part of the clip if it stays so.',
  });

/** What was made is not what may leave. @param what was found in it */
export const notClean = (what: string) =>
  new ProblemError({
    code: 'redaction-not-clean',
    what: `The hidden copy did not pass its check and was thrown away: ${what}.`,
    cure: 'Try again; if it stays so, use the ffmpeg of your system and report it.',
  });
