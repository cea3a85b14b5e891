import { expect, test } from 'vitest';
import { BRANDS, type BrandHints, brandOf } from './brand.ts';
import { SETTINGS, whereToSet } from './brand-settings.ts';

const HINTS: [BrandHints, string | undefined][] = [
  [{ manufacturer: 'Reolink' }, 'reolink'],
  [{ url: 'rtsp://u:p@10.0.0.2:554/h264Preview_01_main' }, 'reolink'],
  [{ url: 'rtsp://10.0.0.2/Preview_01_sub' }, 'reolink'],
  [{ manufacturer: 'HIKVISION', model: 'DS-2CD2143' }, 'hikvision'],
  [{ url: 'rtsp://10.0.0.2:554/Streaming/Channels/101' }, 'hikvision'],
  [{ url: 'rtsp://10.0.0.2/h264/ch1/main/av_stream' }, 'hikvision'],
  // Made by Hikvision, with its paths.
  [{ manufacturer: 'EZVIZ', url: 'rtsp://10.0.0.2/h264/ch1/main/av_stream' }, 'ezviz'],
  [{ manufacturer: 'Dahua' }, 'dahua'],
  [{ url: 'rtsp://10.0.0.2/cam/realmonitor?channel=1&subtype=0' }, 'dahua'],
  [{ manufacturer: 'Amcrest', url: 'rtsp://10.0.0.2/cam/realmonitor?channel=1&subtype=0' }, 'amcrest'],
  [{ manufacturer: 'AXIS' }, 'axis'],
  [{ url: 'rtsp://10.0.0.2/axis-media/media.amp?videocodec=h264' }, 'axis'],
  [{ manufacturer: 'tp-link', model: 'Tapo D230S1' }, 'tapo'],
  [{ url: 'rtsp://10.0.0.2:554/stream1', onvifPort: 2020 }, 'tapo'],
  [{ url: 'rtsp://10.0.0.2:554/stream1' }, undefined],
  [{ url: 'rtsps://10.0.0.1:7441/aBcDeFgHiJkLmNoP?enableSrtp' }, 'unifi'],
  [{ url: 'rtsp://wyze-bridge:8554/front-door' }, 'wyze-bridge'],
  [{ url: 'rtsp://10.0.0.3:8554/front', server: 'go2rtc/1.9' }, 'go2rtc'],
  // What a relay passes on is set at the relay.
  [{ manufacturer: 'Reolink', url: 'rtsp://go2rtc.local:8554/front' }, 'go2rtc'],
  [{ manufacturer: 'Somebody', url: 'rtsp://10.0.0.2/live' }, undefined],
  [{ url: 'no address' }, undefined],
  [{}, undefined],
];

test.each(HINTS)('%o is %s', (hints, brand) => {
  expect(brandOf(hints)).toBe(brand);
});

const places = [undefined, ...BRANDS].flatMap((brand) => SETTINGS.map((setting) => ({ brand, setting })));
test.each(places)('$brand: $setting is set somewhere, in a sentence', ({ brand, setting }) => {
  const text = whereToSet(setting, brand ? { brand } : {});
  expect(text).toMatch(/^[A-Z][^…]*\.$|…/);
  expect(text).toMatch(/\.$/);
  expect(text).not.toContain('undefined');
});

test('makers that count keyframes in pictures are told a number of them', () => {
  const video = { codec: 'h264', width: 1920, height: 1080, fps: 25 };
  expect(whereToSet('keyframe', { brand: 'hikvision', video })).toContain('"I Frame Interval" to 50');
  expect(whereToSet('keyframe', { brand: 'hikvision', video })).toContain('Hikvision');
  expect(whereToSet('keyframe', { video })).toContain('50 pictures');
});
