import type { CameraInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';

/** How many packages lie in front of the cameras of a hub: as it said in its hello, and as each event said since. */
export class PorchCount {
  readonly #counts = new Map<string, number>();

  /** The hub has said anew how everything is. */
  start(cameras: readonly Pick<CameraInfo, 'id' | 'packages'>[]): void {
    this.#counts.clear();
    for (const { id, packages = [] } of cameras)
      this.#counts.set(
        id,
        packages.reduce((sum, { count }) => sum + count, 0),
      );
  }

  take({ camera, package: parcel }: DoorstepEvent): void {
    if (parcel) this.#counts.set(camera?.id ?? '', parcel.count);
  }

  /** @param cameras ids; none means every camera */
  total(cameras: readonly string[]): number {
    const counts =
      cameras.length > 0 ? cameras.map((id) => this.#counts.get(id) ?? 0) : [...this.#counts.values()];
    return counts.reduce((sum, count) => sum + count, 0);
  }
}
