/** Everything that is said to happen in front of one camera, whoever says it, and the event that it becomes. */
import type { Camera } from '../camera/contract.ts';
import type { SwitchState } from '../camera/switches.ts';
import { refuseTrigger } from '../camera/trigger-policy.ts';
import type { DetectionConfig } from '../config.ts';
import type { Parcels } from '../detection/parcels.ts';
import type { CameraWatch } from '../detection/watch-camera.ts';
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
   * there already, motion that only the picture shall tell of).
   *
   * @throws ProblemError `privacy-on`, `detection-off`
   */
  report(sighting: Sighting): string | undefined;
}

export interface SightingsDeps {
  camera: Pick<Camera, 'ref'>;
  watch: Pick<CameraWatch, 'report'>;
  parcels: Pick<Parcels, 'hear'>;
  config: Pick<DetectionConfig, 'motionBy'>;
  switches: Readonly<SwitchState>;
  events: Pick<EventBus, 'publish'>;
  clock: Clock;
}

export function createSightings(deps: SightingsDeps): Sightings {
  const { watch, parcels, config, switches, events, clock } = deps;
  const { ref } = deps.camera;
  let press: { at: number; source: SightingSource; id: string } | undefined;

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

  return {
    report(sighting) {
      const { kind, at = clock.now(), test = false } = sighting;
      const refused = refuseTrigger(kind === 'package-removed' ? 'package' : kind, switches, ref.name);
      if (refused) throw new ProblemError(refused);
      switch (kind) {
        case 'ring':
          return ring(sighting);
        case 'motion':
          // The owner wants it of the picture alone; what was set up on purpose, or is ordered, counts all the same.
          if (sighting.source === 'onvif' && config.motionBy === 'picture') return undefined;
          return watch.report(at, { test, label: kind });
        case 'person':
          return watch.report(at, { test, label: kind });
        case 'package':
          return parcels.hear({ phase: 'delivered', at }, { test });
        case 'package-removed':
          return parcels.hear({ phase: 'removed', at }, { test });
      }
    },
  };
}
