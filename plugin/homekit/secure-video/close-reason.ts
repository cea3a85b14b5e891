/** Why a recording ended, in words. Numbers as in HAP's `HDSProtocolSpecificErrorReason`. */

const REASONS: Readonly<Record<number, string>> = {
  0: 'ended by the home hub',
  1: 'ended: not allowed now',
  2: 'ended: busy with another recording',
  3: 'cancelled',
  4: 'ended by the home hub: it does not support this',
  5: 'ended by an unexpected failure',
  6: 'ended: it took too long',
  7: 'ended by the home hub: it could not read the pictures',
  8: 'ended by the home hub: a fault in the protocol',
  9: 'ended: the home hub has selected no valid configuration',
};

/** @param reason undefined when the connection to the hub was lost */
export function closeReason(reason: number | undefined): string {
  if (reason === undefined) return 'ended: the connection to the home hub was lost';
  return REASONS[reason] ?? `ended for the unknown reason ${reason}`;
}

/** Why we ended it. */
export const OUR_REASON = {
  cameraLost: 'ended: the camera was lost',
  cameraRestarted: 'ended: the camera began anew',
  gap: 'ended: the pictures did not go on from one another',
  mustConvert: 'ended: the picture has to be converted from now on',
  privacy: 'ended: privacy mode was switched on',
  disarmed: 'ended: the Home app switched recording off',
  cameraOff: 'ended: the Home app switched the camera off',
  shutdown: 'ended: Homebridge stops',
  longest: 'ended after 3 minutes, the longest time',
  stalled: 'ended: the camera sent no pictures',
  noPicture: 'refused: the camera gave no picture in time',
  conversion: 'ended: the conversion stopped',
  replaced: 'ended: another recording was asked for',
} as const;
