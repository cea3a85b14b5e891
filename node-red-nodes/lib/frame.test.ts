import { expect, test } from 'vitest';
import { parseFrame } from './frame.ts';

const hello = {
  type: 'hello',
  protocol: 1,
  minProtocol: 1,
  version: '1',
  hub: 'a',
  lastSeq: 0,
  scopes: [],
  cameras: [],
};
const event = { id: 'e1', seq: 1, kind: 'doorbell', phase: 'ring', at: 1, sentAt: 2, camera: { id: 'c' } };

test.each([
  hello,
  { type: 'event', event },
  { type: 'event', event: { ...event, camera: undefined, news: true } },
  { type: 'gap', from: 1, to: 2 },
  { type: 'live', seq: 3 },
])('%j is a frame', (frame) => {
  expect(parseFrame(JSON.stringify(frame))).toEqual(JSON.parse(JSON.stringify(frame)));
});

test.each([
  '',
  'null',
  '[]',
  '"hello"',
  '{"type":"news"}',
  '{"type":"event"}',
  '{"type":"live","seq":"3"}',
  JSON.stringify({ ...hello, hub: 1 }),
  JSON.stringify({ ...hello, lastSeq: 1.5 }),
  JSON.stringify({ type: 'event', event: { ...event, id: 7 } }),
  JSON.stringify({ type: 'event', event: { ...event, camera: 'front' } }),
])('%s is none', (text) => {
  expect(parseFrame(text)).toBeUndefined();
});
