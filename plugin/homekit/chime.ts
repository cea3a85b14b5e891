/** How loud the chime of a doorbell is. */
import type { Service } from 'homebridge';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { COMMUNICATION_FAILED } from './hap-values.ts';
import type { ServiceHome } from './service.ts';

export interface ChimeState {
  /** 0 to 100. */
  volume: number;
  muted: boolean;
}

/** The chime of a camera that can be asked and told how loud it is. */
export interface Chime {
  /** Undefined while the camera does not say. */
  get(): Promise<ChimeState | undefined>;
  /** Rejects when the camera does not take it. */
  set(change: Partial<ChimeState>): Promise<void>;
}

/**
 * Volume and mute of the doorbell service itself (HomeKit Accessory Protocol specification, 8.12: its volume is that of the
 * doorbell). The speaker service beside it is how loud a person is who talks through the camera.
 */
export function bindChime(
  { api }: Pick<ServiceHome, 'api'>,
  doorbell: Service,
  chime: Chime,
  log: Log,
): void {
  const { Volume, Mute } = api.hap.Characteristic;
  let known: ChimeState = { volume: 100, muted: false };
  const volume = doorbell.getCharacteristic(Volume);
  const mute = doorbell.getCharacteristic(Mute);

  const read = async (): Promise<void> => {
    try {
      known = (await chime.get()) ?? known;
      volume.updateValue(known.volume);
      mute.updateValue(known.muted);
    } catch (error) {
      log.debug(`The camera does not say how loud its chime is: ${reason(error)}`);
    }
  };
  const write = async (change: Partial<ChimeState>): Promise<void> => {
    try {
      await chime.set(change);
      known = { ...known, ...change };
    } catch (error) {
      log.warn(`The chime stays as it was: ${reason(error)}`);
      throw new api.hap.HapStatusError(COMMUNICATION_FAILED);
    }
  };
  volume.onGet(() => {
    void read();
    return known.volume;
  });
  mute.onGet(() => {
    void read();
    return known.muted;
  });
  volume.onSet((value) => write({ volume: Number(value) }));
  mute.onSet((value) => write({ muted: value === true }));
  void read();
}
