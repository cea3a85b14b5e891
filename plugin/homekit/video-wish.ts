/** What one viewer wants of the picture. It may change in mid-stream, when a network turns out to be narrower or wider (RECONFIGURE). */
import type { VideoTarget } from './live-args.ts';

export class VideoWish {
  #target: VideoTarget;
  #changes = 0;

  constructor(target: VideoTarget) {
    this.#target = target;
  }

  get target(): VideoTarget {
    return this.#target;
  }

  /** How often it has changed. From the first change on the viewer has measured its network, and means its numbers. */
  get changes(): number {
    return this.#changes;
  }

  change(wanted: Pick<VideoTarget, 'width' | 'height' | 'fps' | 'kbps'>): void {
    this.#target = { ...this.#target, ...wanted };
    this.#changes++;
  }
}
