import type { CameraInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';

/** How many packages lie in front of the cameras of one node: as the hub said at the start, and as each event said since. */
export class PorchCount {
  readonly #cameras: readonly string[];
  readonly #counts = new Map<string, number>();

  /** Camera ids; none means every camera. */
  constructor(cameras: readonly string[]) {
    this.#cameras = cameras;
  }

  /** The hub has said anew how everything is. */
  start(cameras: readonly Pick<CameraInfo, 'id' | 'packages'>[]): void {
    this.#counts.clear();
    for (const { id, packages = [] } of cameras) {
      if (this.#cameras.length > 0 && !this.#cameras.includes(id)) continue;
      this.#counts.set(
        id,
        packages.reduce((sum, { count }) => sum + count, 0),
      );
    }
  }

  take({ camera, package: parcel }: DoorstepEvent): void {
    if (parcel) this.#counts.set(camera?.id ?? '', parcel.count);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}
