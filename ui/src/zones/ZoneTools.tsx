import { useEffect } from 'preact/hooks';
import { Notice } from '../parts/Notice.tsx';
import { words } from '../words/en.ts';
import type { ZoneDrawing } from './use-zones.ts';
import { ZoneHatches, ZoneSwatch } from './ZoneHatches.tsx';
import { addArea, MOST_AREAS, removeArea, removeCorner } from './zone-shapes.ts';
import { drawnIn, type Sketch, ZONE_KINDS, type ZoneKind } from './zone-sketch.ts';

const say = words.zones;

/** What lies under the picture while areas are drawn on it: kinds, tools, and what saving means. */
export function ZoneTools({ drawing, onClose }: { drawing: ZoneDrawing; onClose(): void }) {
  const { sketch, problem } = drawing;
  return (
    <section class="zones" aria-labelledby="zones">
      <ZoneHatches />
      <h2 id="zones">{say.title}</h2>
      {sketch ? (
        <Tools drawing={drawing} sketch={sketch} onClose={onClose} />
      ) : (
        <>
          {!problem && <p class="skeleton skeleton-line" />}
          <button type="button" class="quiet" onClick={onClose}>
            {say.close}
          </button>
        </>
      )}
      {problem && <Notice problem={problem} />}
    </section>
  );
}

function Tools({ drawing, sketch, onClose }: { drawing: ZoneDrawing; sketch: Sketch; onClose(): void }) {
  const { configured, unsaved, saved, busy, onDraw, undo, save } = drawing;
  const { areas, at } = drawnIn(sketch);
  useUndoKey(undo);
  return (
    <>
      <Kinds chosen={sketch.kind} onChoose={drawing.choose} />
      <p>
        {say.kinds[sketch.kind].means} {areas.length === 0 && say.kinds[sketch.kind].none}
        {sketch.kind === 'privacy' && configured.length > 0 && <small>{say.fixed(configured.length)}</small>}
      </p>
      <div class="zones-tools">
        <button
          type="button"
          class="button"
          disabled={areas.length >= MOST_AREAS}
          onClick={() => onDraw(addArea)}
        >
          {say.add}
        </button>
        <button type="button" class="quiet" disabled={sketch.past.length === 0} onClick={undo}>
          {say.undo}
        </button>
      </div>
      <div class="zones-tools zones-less">
        <button
          type="button"
          class="quiet"
          disabled={!at}
          onClick={() => at && onDraw((drawn) => removeCorner(drawn, at))}
        >
          {say.removeCorner}
        </button>
        <button
          type="button"
          class="quiet"
          disabled={!at}
          onClick={() => at && onDraw((drawn) => removeArea(drawn, at.area))}
        >
          {say.removeArea}
        </button>
      </div>
      <p class="soft">
        {say.how} <span class="by-keys">{say.howByKeys}</span>
      </p>
      <div class="zones-tools">
        <button
          type="button"
          class="button button-main"
          disabled={unsaved.length === 0}
          aria-busy={busy}
          onClick={save}
        >
          {say.save}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {unsaved.length > 0 ? say.discard : say.close}
        </button>
      </div>
      <p class="soft" role="status">
        {unsaved.includes('privacy') && say.away}
        {saved && (saved.includes('privacy') ? say.savedAway : say.saved)}
      </p>
    </>
  );
}

function Kinds({ chosen, onChoose }: { chosen: ZoneKind; onChoose(kind: ZoneKind): void }) {
  return (
    <fieldset class="chips zone-kinds">
      <legend class="unseen">{say.kind}</legend>
      {ZONE_KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          class="filter zone-kind"
          aria-pressed={kind === chosen}
          onClick={() => onChoose(kind)}
        >
          <ZoneSwatch kind={kind} />
          {say.kinds[kind].name}
        </button>
      ))}
    </fieldset>
  );
}

/** As everywhere: Ctrl or Cmd with Z. */
function useUndoKey(undo: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      undo();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [undo]);
}
