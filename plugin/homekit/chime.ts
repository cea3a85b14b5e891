/** How loud the chime of a doorbell is. */
import type { Characteristic, Service } from 'homebridge';
import type { Clock } from '../system/clock.ts';
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
  /** Undefined where there is no chime, or the camera does not say. */
  get(): Promise<ChimeState | undefined>;
  /** Rejects when the camera does not take it. */
  set(change: Partial<ChimeState>): Promise<void>;
}

/** How often a camera is asked that has not said yet whether it has a chime. */
export const ASK_MS = 60_000;

export interface ChimeDeps {
  clock: Clock;
  log: Log;
}

/**
 * Volume and mute of the doorbell service itself (HomeKit Accessory Protocol specification, 8.12: its volume is that of the
 * doorbell), from when the camera first says how loud it is. The speaker service beside it is how loud a person is who talks through
 * the camera. The returned function ends it.
 */
export function addChime(
  { api }: Pick<ServiceHome, 'api'>,
  doorbell: Service,
  chime: Chime,
  { clock, log }: ChimeDeps,
): () => void {
  const { Volume, Mute } = api.hap.Characteristic;
  const { HapStatusError } = api.hap;
  let known: ChimeState | undefined;
  let ended = false;
  let cancel = () => {};

  const write = async (change: Partial<ChimeState>): Promise<void> => {
    try {
      await chime.set(change);
      if (known) known = { ...known, ...change };
    } catch (error) {
      log.warn(`The chime stays as it was: ${reason(error)}`);
      throw new HapStatusError(COMMUNICATION_FAILED);
    }
  };
  const offer = (now: ChimeState): { volume: Characteristic; mute: Characteristic } => {
    const volume = doorbell.getCharacteristic(Volume);
    const mute = doorbell.getCharacteristic(Mute);
    // What is known is given at once, and what the camera says then follows.
    volume.onGet(() => {
      void read();
      return known?.volume ?? now.volume;
    });
    mute.onGet(() => {
      void read();
      return known?.muted ?? now.muted;
    });
    volume.onSet((value) => write({ volume: Number(value) }));
    mute.onSet((value) => write({ muted: value === true }));
    return { volume, mute };
  };
  let offered: ReturnType<typeof offer> | undefined;

  const read = async (): Promise<void> => {
    const now = await chime.get().catch((error) => {
      log.debug(`The camera does not say how loud its chime is: ${reason(error)}`);
      return undefined;
    });
    if (ended || !now) return;
    known = now;
    offered ??= offer(now);
    offered.volume.updateValue(now.volume);
    offered.mute.updateValue(now.muted);
  };
  const askUntilKnown = async (): Promise<void> => {
    await read();
    if (!known && !ended) cancel = clock.after(ASK_MS, () => void askUntilKnown());
  };
  void askUntilKnown();
  return () => {
    ended = true;
    cancel();
  };
}
