/** What can be wrong with an export, in words. */
import { ProblemError } from '../../system/problem.ts';

/** The longest stretch that is given out as one file. */
export const LONGEST_RANGE_MS = 6 * 3_600_000;

/** How many exports may be under way at a time, those that wait among them. */
export const MOST_UNDER_WAY = 5;

export const noFootage = () =>
  new ProblemError({
    code: 'no-footage',
    what: 'There is no recording of this time.',
    cure: 'Choose a time that the timeline shows as recorded.',
  });

export const noFootageAt = () =>
  new ProblemError({
    code: 'no-footage',
    what: 'There is no recording of this moment: nothing was recorded, privacy mode was on, or it is being recorded right now.',
    cure: 'Choose a moment that the timeline shows as recorded; what is being recorded is there when it is complete.',
  });

export const tooManyStills = () =>
  new ProblemError({
    code: 'too-many-stills',
    what: 'Several pictures of recordings are being looked up already.',
    cure: 'Ask again in a moment, for one after the other.',
  });

export const stillTooSlow = () =>
  new ProblemError({
    code: 'still-too-slow',
    what: 'The picture of the recording could not be had in time.',
    cure: 'Ask again: a NAS that slept is awake by then.',
  });

/** @param at epoch ms of the first picture in the other format */
export const pictureChanged = (at: number) =>
  new ProblemError({
    code: 'picture-changed',
    what: `The camera changed its picture or sound at ${new Date(at).toLocaleTimeString('en-GB')}: one file cannot hold both.`,
    cure: 'Save the time before it and the time after it, one by one.',
  });

export const tooLong = () =>
  new ProblemError({
    code: 'too-long',
    what: `This is more than ${LONGEST_RANGE_MS / 3_600_000} hours in one file.`,
    cure: 'Save it in shorter parts, or take the ZIP of the day.',
  });

export const tooManyExports = () =>
  new ProblemError({
    code: 'too-many-exports',
    what: `${MOST_UNDER_WAY} files are being made already.`,
    cure: 'Wait until one is ready, or cancel one.',
  });

export const zipUnderWay = () =>
  new ProblemError({
    code: 'too-many-exports',
    what: 'A ZIP is being saved already.',
    cure: 'Wait until it is complete, or cancel it.',
  });

export const noFfmpeg = () =>
  new ProblemError({
    code: 'export-no-ffmpeg',
    what: 'This takes ffmpeg, and this machine has none.',
    cure: 'Install it with: sudo apt install ffmpeg',
  });

export const noEncoder = () =>
  new ProblemError({
    code: 'export-no-ffmpeg',
    what: 'This takes ffmpeg with the encoder libx264, and this machine has none.',
    cure: 'Install it with: sudo apt install ffmpeg',
  });

/** It went away between the list and the reading, as retention may do. */
export const footageGone = () =>
  new ProblemError({
    code: 'recording-gone',
    what: 'A recording of this time is no longer kept.',
    cure: 'Look at the timeline for what is left of it.',
  });

/** @param why what was found, for the log */
export const footageDamaged = (id: string, why: string) =>
  new ProblemError({
    code: 'recording-damaged',
    what: `The recording ${id} cannot be read: ${why}.`,
    cure: 'Run "doorstep check", which finds and repairs what can be repaired.',
  });

export const exportDiskFull = () =>
  new ProblemError({
    code: 'export-disk-full',
    what: 'The disk of this machine has no room for the file: what is left is for recordings.',
    cure: 'Free some space, or choose a shorter time.',
  });

/** @param why last words of ffmpeg */
export const exportFailed = (why: string) =>
  new ProblemError({
    code: 'export-failed',
    what: `The file could not be made: ${why}.`,
    cure: 'Try again; take it "as recorded" if it stays so.',
  });
