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
  rebased,
  type Sketch,
  savedAs,
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

/** What the hub has, and what is drawn on it. */
interface Drawing {
  told: ZonesReply;
  sketch: Sketch;
}

/** A camera's areas while they are drawn; nothing is read before `open`, and what is not saved is forgotten after. */
export function useZones(cameraId: string, open: boolean): ZoneDrawing {
  const { client } = useHub();
  const [drawing, setDrawing] = useState<Drawing>();
  const [saved, setSaved] = useState<readonly ZoneKind[]>();
  const [unread, setUnread] = useState<Problem>();

  useEffect(() => {
    let current = true;
    setDrawing(undefined);
    setSaved(undefined);
    setUnread(undefined);
    if (!open) return;
    client.zones(cameraId).then(
      (told) => current && setDrawing({ told, sketch: sketchOf(told, 'doorstep') }),
      (error: unknown) => current && setUnread(problemIn(error)),
    );
    return () => {
      current = false;
    };
  }, [client, cameraId, open]);

  const unsaved = drawing ? changedKinds(drawing.sketch, drawing.told) : [];
  const order = useOrder(async () => {
    if (!drawing) return;
    const { told: before, sketch: sent } = drawing;
    // The page may show another camera by the time that the hub answers.
    const take = (told: ZonesReply, sketchNow: (sketch: Sketch) => Sketch) =>
      setDrawing((now) => (now?.told === before ? { told, sketch: sketchNow(now.sketch) } : now));
    try {
      const told = await client.setZones(cameraId, { ...zonesOf(sent), version: before.version });
      take(told, (sketch) => savedAs(sketch, sent, told));
      setSaved(unsaved);
    } catch (error) {
      if (problemIn(error).code === 'zones-changed') {
        const told = await client.zones(cameraId);
        take(told, (sketch) => rebased(sketch, before, told));
      }
      throw error;
    }
  });

  const draw = useCallback((change: (sketch: Sketch) => Sketch) => {
    setDrawing((now) => now && { ...now, sketch: change(now.sketch) });
  }, []);
  const onDraw = useCallback<Draw>(
    (change, how) => draw((sketch) => changed(sketch, change, how?.gesture)),
    [draw],
  );
  return {
    sketch: drawing?.sketch,
    configured: drawing?.told.configured ?? [],
    unsaved,
    saved: unsaved.length === 0 ? saved : undefined,
    busy: order.busy,
    problem: unread ?? order.problem,
    onDraw,
    choose: (kind) => draw((sketch) => chosenKind(sketch, kind)),
    undo: () => draw(undone),
    save: order.give,
  };
}
