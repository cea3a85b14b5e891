/** Everything that is said to happen in front of one camera, whoever says it, and the event that it becomes. */
import { ulid } from 'ulid';
import type { Camera } from '../camera/contract.ts';
import type { CameraSwitches } from '../camera/switches.ts';
import { refuseTrigger } from '../camera/trigger-policy.ts';
import { hearOfPackage, type PackageState, packageStateAfter } from '../detection/package-witness.ts';
import type { MotionWatch } from '../detection/watch-motion.ts';
import type { EventBus } from '../events/bus.ts';
import { isSamePress } from '../events/press-policy.ts';
import type { Clock } from '../system/clock.ts';
import { ProblemError } from '../system/problem.ts';

export type SightingKind = 'ring' | 'motion' | 'person' | 'package' | 'package-removed';

/** Who says it: the camera itself, by webhook or ONVIF; a broker; or somebody who asks for it, by API or HomeKit. */
export type SightingSource = 'webhook' | 'onvif' | 'mqtt' | 'order';

export interface Sighting {
  kind: SightingKind;
  source: SightingSource;
  /** Epoch ms at which it happened; default now. */
  at?: number;
  /** Set off by hand to try things out. */
  test?: boolean;
}

export interface Sightings {
  /**
   * Publishes what it means. Returns the id of the event that it made or extended; undefined where it was no news (a package that lies
   * there already).
   *
   * @throws ProblemError `privacy-on`, `detection-off`
   */
  report(sighting: Sighting): string | undefined;
}

export interface SightingsDeps {
  camera: Pick<Camera, 'ref'>;
  motion: Pick<MotionWatch, 'report'>;
  switches: CameraSwitches;
  events: Pick<EventBus, 'publish' | 'query'>;
  clock: Clock;
}

export function createSightings({ camera, motion, switches, events, clock }: SightingsDeps): Sightings {
  const { ref } = camera;
  let press: { at: number; source: SightingSource; id: string } | undefined;
  let parcels: { state: PackageState } | undefined;

  const ring = ({ source, at = clock.now(), test = false }: Sighting): string => {
    const now = clock.monotonic();
    // Who orders twice means two; what a camera says twice, or in two ways, was one press.
    const ordered = source === 'order' && press?.source === 'order';
    if (press && !ordered && isSamePress({ lastAt: press.at, now })) return press.id;
    const { id } = events.publish({
      ...{ kind: 'doorbell', phase: 'ring', camera: ref, at },
      ...(test && { test: true as const }),
    });
    press = { at: now, source, id };
    return id;
  };

  const parcel = (type: 'delivered' | 'removed', { at = clock.now(), test = false }: Sighting) => {
    parcels ??= {
      state: packageStateAfter(events.query({ kinds: ['package'], camera: ref.id, limit: 1 })[0]),
    };
    const { state, event } = hearOfPackage(parcels.state, { type, at, newId: () => ulid(at) });
    parcels = { state };
    return event && events.publish({ ...event, camera: ref, ...(test && { test: true as const }) }).id;
  };

  return {
    report(sighting) {
      const { kind, at = clock.now(), test = false } = sighting;
      const refused = refuseTrigger(kind === 'package-removed' ? 'package' : kind, switches, ref.name);
      if (refused) throw new ProblemError(refused);
      switch (kind) {
        case 'ring':
          return ring(sighting);
        case 'motion':
        case 'person':
          return motion.report(at, { test, label: kind });
        case 'package':
          return parcel('delivered', sighting);
        case 'package-removed':
          return parcel('removed', sighting);
      }
    },
  };
}
