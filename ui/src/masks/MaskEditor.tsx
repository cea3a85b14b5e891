import { useId, useRef, useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import { useSnapshot } from '../live/use-snapshot.ts';
import { words } from '../words/en.ts';
import { MaskPicture } from './MaskPicture.tsx';
import {
  addArea,
  type Drawn,
  fromSettings,
  MOST_AREAS,
  removeArea,
  removeCorner,
  toSettings,
} from './mask-shapes.ts';

const say = words.masks;

/** Privacy masks, drawn on the picture; the line that comes of them goes into the plugin's settings by hand. */
export function MaskEditor({ camera }: { camera: CameraInfo }) {
  const [open, setOpen] = useState(false);
  return (
    <section class="masks" aria-labelledby="masks">
      <header class="section-head">
        <h2 id="masks">{say.title}</h2>
      </header>
      <div class="masks-body">
        <p class="soft">{open ? say.how : say.intro}</p>
        {open ? (
          <Drawing camera={camera} />
        ) : (
          <button type="button" class="button" onClick={() => setOpen(true)}>
            {say.begin}
          </button>
        )}
      </div>
    </section>
  );
}

function Drawing({ camera }: { camera: CameraInfo }) {
  const [drawn, setDrawn] = useState<Drawn>({ masks: [] });
  const picture = useSnapshot(camera.id, !camera.privacy);
  const { width = 16, height = 9 } = camera.video ?? {};
  const { masks, at } = drawn;
  return (
    <>
      <MaskPicture src={picture?.src} aspectRatio={`${width} / ${height}`} drawn={drawn} onDraw={setDrawn} />
      <div class="masks-tools">
        <button
          type="button"
          class="button"
          disabled={masks.length >= MOST_AREAS}
          onClick={() => setDrawn(addArea)}
        >
          {say.add}
        </button>
        <button
          type="button"
          class="quiet"
          disabled={!at}
          onClick={() => at && setDrawn(removeCorner(drawn, at))}
        >
          {say.removeCorner}
        </button>
        <button
          type="button"
          class="quiet"
          disabled={!at}
          onClick={() => at && setDrawn(removeArea(drawn, at.area))}
        >
          {say.removeArea}
        </button>
      </div>
      <SettingsLine drawn={drawn} onDraw={setDrawn} />
    </>
  );
}

/** What was drawn, to be copied; what stands in the settings already can be pasted here. */
function SettingsLine({ drawn, onDraw }: { drawn: Drawn; onDraw(drawn: Drawn): void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<string>();
  /** What was typed and is no masks stands until somebody draws. */
  const [typed, setTyped] = useState<{ text: string; line: string }>();
  const helpId = useId();
  const line = toSettings(drawn.masks);
  const odd = typed?.line === line ? typed.text : undefined;

  const read = (text: string) => {
    const masks = fromSettings(text);
    setTyped(masks ? undefined : { text, line });
    if (masks) onDraw({ masks });
  };
  const copy = () => {
    field.current?.select();
    // Without https there is no clipboard; the selected text can be copied by hand.
    navigator.clipboard?.writeText(line).then(
      () => setCopied(line),
      () => undefined,
    );
  };
  return (
    <>
      <label class="field">
        <span>{say.line}</span>
        <textarea
          ref={field}
          class="code"
          rows={3}
          spellcheck={false}
          value={odd ?? line}
          aria-invalid={odd !== undefined}
          aria-describedby={helpId}
          onInput={({ currentTarget }) => read(currentTarget.value)}
        />
      </label>
      <p id={helpId} class="soft" role="status">
        {odd === undefined ? say.where : say.odd}
      </p>
      <button type="button" class="button button-main" disabled={odd !== undefined} onClick={copy}>
        {copied === line ? words.settings.copied : say.copy}
      </button>
    </>
  );
}
