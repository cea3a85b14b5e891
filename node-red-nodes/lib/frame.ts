import type { EventFrame } from '../../protocol/api.ts';

/** Reads a frame of the hub; undefined for what is none or lacks what we build on. */
export function parseFrame(text: string): EventFrame | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isFrame(frame) ? (frame as unknown as EventFrame) : undefined;
}

function isFrame(frame: unknown): frame is Record<string, unknown> {
  if (!isObject(frame)) return false;
  switch (frame.type) {
    case 'hello':
      return (
        [frame.protocol, frame.minProtocol, frame.lastSeq].every(Number.isSafeInteger) &&
        typeof frame.hub === 'string' &&
        typeof frame.version === 'string' &&
        Array.isArray(frame.scopes) &&
        Array.isArray(frame.cameras)
      );
    case 'event':
      return isEvent(frame.event);
    case 'gap':
      return Number.isSafeInteger(frame.from) && Number.isSafeInteger(frame.to);
    case 'live':
      return Number.isSafeInteger(frame.seq);
    default:
      return false;
  }
}

function isEvent(event: unknown): boolean {
  return (
    isObject(event) &&
    [event.id, event.kind, event.phase].every((value) => typeof value === 'string') &&
    [event.seq, event.at, event.sentAt].every((value) => Number.isSafeInteger(value)) &&
    (event.camera === undefined || (isObject(event.camera) && typeof event.camera.id === 'string'))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
