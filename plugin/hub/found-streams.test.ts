import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { OnvifStreams } from '../camera/onvif/contract.ts';
import { createFoundStreams } from './found-streams.ts';

let clock: ManualClock;
let answers: PromiseWithResolvers<OnvifStreams>[];
beforeEach(() => {
  clock = new ManualClock();
  answers = [];
});

function start() {
  const streams = () => {
    const answer = Promise.withResolvers<OnvifStreams>();
    answers.push(answer);
    return answer.promise;
  };
  return createFoundStreams({ streams }, clock);
}

const told = (main: string, detect?: string): OnvifStreams => ({
  ...{ main, profiles: [] },
  ...(detect !== undefined && { detect }),
});

test('one question serves both streams', async () => {
  const streams = start();
  const both = Promise.all([streams.main(), streams.detect()]);
  answers[0]?.resolve(told('rtsp://a/main', 'rtsp://a/sub'));
  expect(await both).toEqual(['rtsp://a/main', 'rtsp://a/sub']);
  expect(await streams.detect()).toBe('rtsp://a/sub');
  expect(answers).toHaveLength(1);
  expect(streams.known()).toBe('rtsp://a/main');
  expect(clock.pending).toBe(0);
});

test('a camera without a small stream is looked at in its large one', async () => {
  const streams = start();
  const detect = streams.detect();
  answers[0]?.resolve(told('rtsp://a/main'));
  expect(await detect).toBe('rtsp://a/main');
});

test('what was never told cannot be known, and is asked again', async () => {
  const streams = start();
  const first = streams.main();
  expect(streams.known()).toBeUndefined();
  answers[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  const second = streams.main();
  answers[1]?.resolve(told('rtsp://a/main'));
  expect(await second).toBe('rtsp://a/main');
});

test('the last address is taken while ONVIF fails, or takes its time; a new one when it is told', async () => {
  const streams = start();
  const first = streams.main();
  answers[0]?.resolve(told('rtsp://a/main'));
  await first;

  clock.advance(60_000);
  const failed = streams.main();
  answers[1]?.reject(new Error('away'));
  expect(await failed).toBe('rtsp://a/main');

  const late = streams.main();
  const small = streams.detect();
  clock.advance(499);
  expect(clock.pending).toBe(2);
  clock.advance(1);
  expect(await late).toBe('rtsp://a/main');
  expect(await small).toBe('rtsp://a/main');
  expect(answers).toHaveLength(3);

  answers[2]?.resolve(told('rtsp://a/other'));
  await expect.poll(() => streams.known()).toBe('rtsp://a/other');
  expect(clock.pending).toBe(0);
});
