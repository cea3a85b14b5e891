import { describe, expect, it } from 'vitest';
import { chooseVideo } from './video-choice.ts';

const h264 = (width: number, height: number) => ({ codec: 'h264', width, height });

describe('chooseVideo', () => {
  it.each([
    { name: 'same size', camera: h264(1280, 720), wanted: [1280, 720], remote: false, how: 'copy' },
    { name: 'smaller than asked', camera: h264(1280, 720), wanted: [1920, 1080], remote: false, how: 'copy' },
    { name: 'larger, at home', camera: h264(1920, 1080), wanted: [1280, 720], remote: false, how: 'copy' },
    { name: 'larger, away', camera: h264(1920, 1080), wanted: [1280, 720], remote: true, how: 'transcode' },
    { name: 'fitting, away', camera: h264(1280, 720), wanted: [1280, 720], remote: true, how: 'copy' },
    { name: 'watch', camera: h264(1280, 720), wanted: [320, 240], remote: false, how: 'transcode' },
    { name: 'watch, small camera', camera: h264(320, 240), wanted: [320, 240], remote: false, how: 'copy' },
    { name: 'full HD exactly', camera: h264(1920, 1088), wanted: [1920, 1080], remote: false, how: 'copy' },
    { name: 'portrait doorbell', camera: h264(1200, 1600), wanted: [1280, 720], remote: false, how: 'copy' },
    { name: '4 megapixels', camera: h264(2560, 1440), wanted: [1920, 1080], remote: false, how: 'transcode' },
    {
      name: 'HEVC',
      camera: { codec: 'hevc', width: 1280, height: 720 },
      wanted: [1280, 720],
      remote: false,
      how: 'transcode',
    },
  ])('$name: $how', ({ camera, wanted: [width = 0, height = 0], remote, how }) => {
    expect(chooseVideo(camera, { width, height, remote }).how).toBe(how);
  });
});
