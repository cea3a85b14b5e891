import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../../protocol/api.ts';
import type { ZonesReply } from '../../../protocol/detection.ts';
import { problemIn } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { useOrder } from '../use-order.ts';
import type { Draw } from './ZoneLayer.tsx';
import {
  changed,
  changedKinds,
  chosenKind,
  type Sketch,
  sketchOf,
  undone,
  type ZoneKind,
  zonesOf,
} from './zone-sketch.ts';

export interface ZoneDrawing {
  /** Undefined until the hub has told what is drawn already. */
  sketch: Sketch | undefined;
  configured: ZonesReply['configured'];
  /** Which kinds wait to be saved. */
  unsaved: readonly ZoneKind[];
  /** Which kinds were saved last, until something is drawn again. */
  saved: readonly ZoneKind[] | undefined;
  busy: boolean;
  problem: Problem | undefined;
  onDraw: Draw;
  choose(kind: ZoneKind): void;
  undo(): void;
  save(): void;
}

/** A camera's areas while they are drawn; nothing is read before `open`, and what is not saved is forgotten after. */
export function useZones(cameraId: string, open: boolean): ZoneDrawing {
  const { client } = useHub();
  const [told, setTold] = useState<ZonesReply>();
  const [sketch, setSketch] = useState<Sketch>();
  const [saved, setSaved] = useState<readonly ZoneKind[]>();
  const [unread, setUnread] = useState<Problem>();

  useEffect(() => {
    let current = true;
    setTold(undefined);
    setSketch(undefined);
    setSaved(undefined);
    setUnread(undefined);
    if (!open) return;
    client.zones(cameraId).then(
      (zones) => {
        if (!current) return;
        setTold(zones);
        setSketch(sketchOf(zones, 'doorstep'));
      },
      (error: unknown) => current && setUnread(problemIn(error)),
    );
    return () => {
      current = false;
    };
  }, [client, cameraId, open]);

  const unsaved = sketch && told ? changedKinds(sketch, told) : [];
  const order = useOrder(
    () => (sketch ? client.setZones(cameraId, zonesOf(sketch)) : Promise.reject(new Error('no sketch'))),
    (zones) => {
      setTold(zones);
      setSketch((now) => now && sketchOf(zones, now.kind));
      setSaved(unsaved);
    },
  );

  const onDraw = useCallback<Draw>((change, how) => {
    setSketch((now) => now && changed(now, change, how?.gesture));
  }, []);
  return {
    sketch,
    configured: told?.configured ?? [],
    unsaved,
    saved: unsaved.length === 0 ? saved : undefined,
    busy: order.busy,
    problem: unread ?? order.problem,
    onDraw,
    choose: (kind) => setSketch((now) => now && chosenKind(now, kind)),
    undo: () => setSketch((now) => now && undone(now)),
    save: order.give,
  };
}
