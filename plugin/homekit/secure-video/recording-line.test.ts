import { expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { makeStream } from '../../../test/support/recorded-media.ts';
import { SELECTED } from '../../../test/support/recording-selection.ts';
import { SOFTWARE_ENCODER } from '../../camera/video-encoder.ts';
import { type Child, startChild } from '../../system/child.ts';
import { RecordingLine } from './recording-line.ts';
import { selectionOf } from './selection.ts';

const note = () => {};
/** A track that nobody knows: nothing but a reason to look what there is. */
const NEITHER = -1;

it('goes on with the pictures when the conversion of the sound hangs', async () => {
  const stream = await makeStream({
    input: ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15', '-f', 'lavfi', '-i', 'sine'],
    seconds: 3,
    video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0', '-g', '15'],
    audio: ['-c:a', 'aac'],
  });
  const clock = new ManualClock();
  const [video] = stream.init.tracks;
  const [picture] = stream.fragments;
  if (!video || !picture) throw new Error('The stream has no picture.');
  const children: Child[] = [];
  await using line = new RecordingLine({
    ...{ init: stream.init, video, plan: { how: 'copy' }, selection: selectionOf(SELECTED), keepMs: 8000 },
    ...{ audio: true, encoders: { current: () => SOFTWARE_ENCODER, failed: () => false } },
    ...{ clock, log: { debug: note, info: note, warn: note, error: note } },
    ffmpeg: {
      ...{ path: 'ffmpeg', version: '5.1', major: 5, minor: 1, encoders: new Set<string>(), origin: 'PATH' },
    },
    startChild(_file, _args, options) {
      const child = startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options);
      children.push(child);
      return child;
    },
  });
  // More than any pipe holds.
  for (const fragment of stream.fragments) {
    const isSound = fragment.track !== video.id;
    await line.push(isSound ? { ...fragment, data: Buffer.alloc(50_000) } : fragment);
  }
  expect(children).toHaveLength(1);
  // By then its header is not waited for any longer, and then its samples.
  for (let look = 0; look < 3; look++) {
    clock.advance(5000);
    await line.push({ ...picture, track: NEITHER });
  }
  expect(line.take?.keptMs).toBe(2000);
});
