/** A hub for MQTT that a test tells what to be. */
import type { Still } from '../../plugin/camera/contract.ts';
import type { ToldCamera, ToldHub } from '../../plugin/mqtt/hub.ts';
import type { CameraAction } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { FakeEvents } from './fake-hub.ts';
import { ToldStorage } from './told-storage.ts';

export class FakeToldHub implements ToldHub {
  readonly id: string;
  readonly name = 'Doorstep';
  readonly version = '1.2.3';
  readonly events = new FakeEvents();
  readonly storage = new ToldStorage();
  readonly told: ToldCamera[];
  /** What was ordered, in words. */
  readonly orders: string[] = [];
  /** What the cameras show now. */
  picture: Still = still('now');
  best: Still | undefined;
  readonly #switched = new Set<(cameraId: string) => void>();
  readonly #forgetting = new Set<(cameraId: string) => void>();

  constructor({ id = 'hub', cameras = [doorbell()] }: { id?: string; cameras?: ToldCamera[] } = {}) {
    this.id = id;
    this.told = cameras;
  }

  cameras(): readonly ToldCamera[] {
    return this.told;
  }

  subscribe(listener: (event: DoorstepEvent) => void): () => void {
    return this.events.subscribe(listener);
  }

  onSwitched(listener: (cameraId: string) => void): () => void {
    this.#switched.add(listener);
    return () => this.#switched.delete(listener);
  }

  onForget(listener: (cameraId: string) => void): () => void {
    this.#forgetting.add(listener);
    return () => this.#forgetting.delete(listener);
  }

  async snapshot(): Promise<Still> {
    return this.picture;
  }

  bestStill(): Still | undefined {
    return this.best;
  }

  async act(cameraId: string, action: CameraAction, details: object): Promise<void> {
    this.orders.push([cameraId, action, ...Object.values(details)].join(' '));
    const change = { arm: { armed: true }, disarm: { armed: false }, 'privacy-on': { privacy: true } };
    this.become(cameraId, change[action as keyof typeof change] ?? {});
  }

  /** Something is switched at a camera. */
  become(cameraId: string, change: Partial<ToldCamera>): void {
    const camera = this.told.find(({ id }) => id === cameraId);
    if (camera) Object.assign(camera, change);
    for (const listener of this.#switched) listener(cameraId);
  }

  /** Nothing that was seen may be shown any more. */
  forget(cameraId: string): void {
    for (const listener of this.#forgetting) listener(cameraId);
  }

  /** How many listen; 0 after a clean end. */
  get listening(): number {
    return this.events.listening + this.storage.listening + this.#switched.size + this.#forgetting.size;
  }
}

export function doorbell(change: Partial<ToldCamera> = {}): ToldCamera {
  return {
    ...{ id: 'CAM1', name: 'Front door', slug: 'front-door', kind: 'doorbell', online: true },
    ...{ packages: [], armed: true, privacy: false, ...change },
  };
}

/** A picture that says so; it begins as a JPEG does. */
export function still(words: string, change: Partial<Still> = {}): Still {
  const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(words)]);
  return { jpeg, width: 640, height: 360, takenAt: 0, source: 'decoded', ...change };
}
