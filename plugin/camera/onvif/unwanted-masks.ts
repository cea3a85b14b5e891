/** Masks that we made at a camera, and that nobody wants there any more. */
import type { OnvifCamera } from './contract.ts';
import type { MaskTokens } from './masks.ts';

export interface UnwantedMasksOptions {
  onvif: Pick<OnvifCamera, 'state' | 'onState' | 'masks'>;
  tokens: Pick<MaskTokens, 'read'>;
  /** Whether the camera shall hide nothing for us, as of now. */
  unwanted: () => boolean;
}

/**
 * Takes them away while they are unwanted: now, or else with each connection until it is done.
 *
 * @returns `again`: to be called when `unwanted` may have become true; disposing it ends all of it
 */
export function takeMasksAway({ onvif, tokens, unwanted }: UnwantedMasksOptions): Disposable & {
  again(): void;
} {
  let done = false;
  const away = async () => {
    if (done || !onvif.state.reachable || !unwanted()) return;
    const ours = await tokens.read();
    // Meanwhile somebody may have drawn; what is written last holds.
    if (!unwanted()) return;
    done = ours.length === 0 || (await onvif.masks.write([]));
  };
  const again = () => {
    done = false;
    void away();
  };
  const stop = onvif.onState(() => void away());
  again();
  return {
    again,
    [Symbol.dispose]() {
      done = true;
      stop();
    },
  };
}
