import { describe, expect, it, test } from 'vitest';
import { SELECTED } from '../../../test/support/recording-selection.ts';
import { fillsFragments } from '../../camera/homekit-limits.ts';
import { planAudio } from './audio-plan.ts';
import { closeReason } from './close-reason.ts';
import { isFull, mustGoBefore } from './fragment-length.ts';
import { isLastBeforeCap, pauseMs } from './pacing.ts';

import { beginMs, keepMs } from './prebuffer.ts';
import { selectionOf } from './selection.ts';
import { type Standing, statusLine } from './status-line.ts';
import { planVideo, type RecordedVideo } from './video-plan.ts';

describe('the picture is', () => {
  const plain: RecordedVideo = { codec: 'h264', codecString: 'avc1.4d4028', width: 1920, height: 1080 };
  test.each<[string, Partial<RecordedVideo>, 'copy' | string]>([
    ['nobody knows the keyframe distance yet', {}, 'copy'],
    ['a keyframe every 4 s', { gopMs: 4000 }, 'copy'],
    ['a little more', { gopMs: 4040 }, 'copy'],
    ['every 2 s', { gopMs: 2000 }, 'copy'],
    ['every second', { gopMs: 1000 }, 'copy'],
    ['only keyframes', { gopMs: 67 }, 'copy'],
    ['every 3 s', { gopMs: 3000 }, 'its keyframes, 3 s apart, do not divide 4 s'],
    ['every 10 s', { gopMs: 10_000 }, 'its keyframes are more than 4 s apart'],
    ['HEVC', { codec: 'hevc', codecString: 'hvc1.1.6.L93.90' }, 'hevc is not H.264'],
    ['B-frames', { reordered: true }, 'it has B-frames'],
    ['Constrained Baseline', { codecString: 'avc1.42e01f' }, 'copy'],
    ['High', { codecString: 'avc1.640033' }, 'copy'],
    ['High 10', { codecString: 'avc1.6e0028' }, 'its H.264 profile is not for HomeKit'],
    ['4:3', { width: 1280, height: 960 }, 'copy'],
    ['2560x1440', { width: 2560, height: 1440 }, 'the picture is too large for HomeKit'],
  ])('%s', (_, video, expected) => {
    const plan = planVideo({ ...plain, ...video }, { fragmentMs: 4000 });
    expect(plan).toEqual(expected === 'copy' ? { how: 'copy' } : { how: 'transcode', why: expected });
  });
});

describe('the sound is', () => {
  const fitting = { codecString: 'mp4a.40.2', sampleRate: 32_000, channels: 1 };
  const asked = { wanted: true, ffmpeg: true };
  test.each([
    ['none when the Home app wants none', fitting, { ...asked, wanted: false }, 'none'],
    ['none where the camera has none', undefined, asked, 'none'],
    ['copied when it is right already', fitting, asked, 'copy'],
    ['copied even without ffmpeg', fitting, { ...asked, ffmpeg: false }, 'copy'],
    ['converted at another rate', { ...fitting, sampleRate: 16_000 }, asked, 'transcode'],
    ['converted from stereo', { ...fitting, channels: 2 }, asked, 'transcode'],
    ['converted from Opus', { ...fitting, codecString: 'opus' }, asked, 'transcode'],
    [
      'none when it can not be converted',
      { ...fitting, codecString: 'ulaw' },
      { ...asked, ffmpeg: false },
      'none',
    ],
  ])('%s', (_, audio, given, expected) => {
    expect(planAudio(audio, given)).toBe(expected);
  });
});

describe('a fragment', () => {
  test.each([
    [500, true],
    [1000, true],
    [1333, true],
    [2000, true],
    [4000, true],
    [4080, true],
    [1500, false],
    [3000, false],
    [4200, false],
  ])('groups of %i ms fill it: %s', (gopMs, fills) => {
    expect(fillsFragments(gopMs, 4000)).toBe(fills);
  });

  test.each([
    [1000, 1000, false],
    [3000, 1000, false],
    [4000, 1000, true],
    [4000, 4000, true],
    [3990, 67, false],
    [4060, 67, true],
  ])('of %i ms, with groups of %i ms, is full: %s', (collected, gop, full) => {
    expect(isFull(collected, gop, 4000)).toBe(full);
  });

  it('goes before a group that would make it too long, and never empty', () => {
    expect(mustGoBefore(1000, 3500, 4000)).toBe(true);
    expect(mustGoBefore(1000, 3000, 4000)).toBe(false);
    expect(mustGoBefore(0, 5000, 4000)).toBe(false);
  });
});

describe('the pace', () => {
  test.each([
    ['the first goes at once', undefined, 0],
    ['what waits behind it, at twice its pace', { lengthMs: 4000, agoMs: 0 }, 2000],
    ['some of that has passed', { lengthMs: 4000, agoMs: 1500 }, 500],
    ['a live fragment goes when it is complete', { lengthMs: 4000, agoMs: 4000 }, 0],
    ['a short one is followed soon', { lengthMs: 1000, agoMs: 0 }, 500],
  ])('%s', (_, last, expected) => {
    expect(pauseMs(last)).toBe(expected);
  });

  it('ends so that three minutes are never exceeded', () => {
    expect(isLastBeforeCap(172_000, 4000)).toBe(false);
    expect(isLastBeforeCap(176_000, 4000)).toBe(false);
    expect(isLastBeforeCap(180_000, 4000)).toBe(true);
    expect(isLastBeforeCap(177_000, 4000)).toBe(true);
  });
});

describe('a recording begins', () => {
  test.each([
    ['so long before the request', Number.POSITIVE_INFINITY, 4000],
    ['so long before the motion that it is asked for', 1200, 5200],
    ['no earlier for motion that was long ago', 60_000, 4000],
    ['no later for motion that is yet to come', -5, 4000],
  ])('%s', (_, sinceMotion, expected) => {
    expect(beginMs(4000, sinceMotion)).toBe(expected);
    expect(keepMs({ prebufferMs: 4000, fragmentMs: 4000 })).toBeGreaterThanOrEqual(expected);
  });
});

describe('what a hub selects', () => {
  it('is read', () => {
    expect(selectionOf(SELECTED)).toEqual({
      ...{ width: 1920, height: 1080, fps: 30, kbps: 2000, profile: 1, level: 2 },
      ...{ fragmentMs: 4000, prebufferMs: 4000, audioKbps: 64 },
    });
  });

  it('is kept to what can be done', () => {
    const odd = structuredClone(SELECTED);
    odd.prebufferLength = -1;
    odd.mediaContainerConfiguration.fragmentLength = 2_000_000_000;
    odd.videoCodec.resolution = [-5, 30_000, 255];
    odd.videoCodec.parameters.bitRate = 0;
    odd.audioCodec.bitrate = 4_000_000_000;
    expect(selectionOf(odd)).toMatchObject({
      ...{ width: 128, height: 1080, fps: 60, kbps: 100 },
      ...{ fragmentMs: 4000, prebufferMs: 0, audioKbps: 128 },
    });
  });
});

describe('why it ended', () => {
  test.each([
    [0, 'ended by the home hub'],
    [6, 'ended: it took too long'],
    [undefined, 'ended: the connection to the home hub was lost'],
    [77, 'ended for the unknown reason 77'],
  ])('%s', (reason, words) => {
    expect(closeReason(reason)).toBe(words);
  });
});

describe('how it stands', () => {
  const now = new Date(2026, 10, 22, 8, 0).getTime();
  const at = new Date(2026, 10, 22, 7, 23).getTime();
  const configuration = { width: 1920, height: 1080, fps: 30, kbps: 2000, fragmentMs: 4000, audio: false };
  const ready: Standing = {
    ...{ armed: true, configuration, prebufferMs: 8040, recording: false },
    ...{ cameraOff: false, privacy: false, online: true },
  };
  test.each<[Partial<Standing>, string]>([
    [{}, 'Armed by the Home app; 8 s of prebuffer ready.'],
    [{ prebufferMs: 0 }, 'Armed by the Home app; no prebuffer ready.'],
    [{ armed: false }, 'Not armed: recording is switched off in the Home app.'],
    [{ cameraOff: true }, 'Switched off in the Home app.'],
    [{ privacy: true }, 'Armed by the Home app; nothing is kept while privacy mode is on.'],
    [{ online: false }, 'Armed by the Home app, but the camera does not answer.'],
    [{ problem: 'there is no ffmpeg' }, 'Armed by the Home app, but there is no ffmpeg.'],
    [{ recording: true, lastRequestAt: at }, 'Recording now.'],
    [
      { lastRequestAt: at, lastClose: { at, reason: 'ended by the home hub' } },
      'Armed by the Home app; 8 s of prebuffer ready; last recording today 07:23, ended by the home hub.',
    ],
    [
      { armed: false, lastRequestAt: at - 86_400_000 },
      'Not armed: recording is switched off in the Home app; last recording 2026-11-21 07:23.',
    ],
  ])('%j', (standing, line) => {
    expect(statusLine({ ...ready, ...standing }, now)).toBe(line);
  });

  it('says that nothing is selected yet', () => {
    const { configuration: _, ...fresh } = ready;
    expect(statusLine(fresh, now)).toMatch(/has not selected a configuration yet\.$/);
  });
});
