import type { MaskTokens } from '../camera/onvif/masks.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { TextFile } from '../system/text-file.ts';

/**
 * Keeps, by camera id, which masks we made at cameras, so that they can be taken away again. Never throws: a mask that is forgotten
 * stays at the camera and hides what it hid.
 */
export function openMaskTokens(file: TextFile, log: Log): (cameraId: string) => MaskTokens {
  let kept: Record<string, string[]> = Object.create(null);
  try {
    const held: unknown = JSON.parse(file.read() ?? '{}');
    for (const [id, tokens] of Object.entries(held ?? {}))
      if (Array.isArray(tokens)) kept[id] = tokens.filter((token) => typeof token === 'string');
  } catch (error) {
    log.warn(`Which privacy masks Doorstep made at cameras is forgotten: ${reason(error)}`);
  }
  return (cameraId) => ({
    read: async () => kept[cameraId] ?? [],
    async write(tokens) {
      kept = { ...kept, [cameraId]: [...tokens] };
      try {
        file.write(`${JSON.stringify(kept, null, 2)}\n`);
      } catch (error) {
        log.warn(`Which privacy masks Doorstep made at a camera cannot be kept: ${reason(error)}`);
      }
    },
  });
}
