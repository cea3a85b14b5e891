import type { DoorstepEvent } from '../../protocol/event.ts';

/** What is over, gone or well again; all else is true. */
const FALSE = new Set([
  'motion/end',
  'camera/offline',
  'camera/privacy-on',
  'storage/nas-back',
  'share/declined',
  'share/cancelled',
  'share/expired',
  'share/failed',
]);

/**
 * An event as true or false: somebody rang, something moves, a package lies there, a recording is ready, the camera sees, storage has a
 * trouble, a share is under way or went out.
 */
export function eventBoolean({ kind, phase, package: parcel }: DoorstepEvent): boolean {
  if (kind === 'package') return parcel ? parcel.count > 0 : phase === 'delivered';
  return !FALSE.has(`${kind}/${phase}`);
}
