import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import { LearntSection } from '../decisions/LearntSection.tsx';
import { useFullScreen } from '../full-screen.ts';
import { useHub } from '../hub-context.tsx';
import { LivePicture } from '../live/LivePicture.tsx';
import { CameraControls } from '../parts/CameraControls.tsx';
import { DoctorCamera } from '../parts/DoctorCamera.tsx';
import { Empty } from '../parts/Empty.tsx';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { MomentRow } from '../parts/MomentRow.tsx';
import { MomentSkeletons } from '../parts/MomentSkeletons.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { SightNote, SightOverlay } from '../sight/SightOverlay.tsx';
import { useSight } from '../sight/use-sight.ts';
import { useMoments } from '../use-moments.ts';
import { useNow } from '../use-now.ts';
import { cameraFacts } from '../words/camera-facts.ts';
import { words } from '../words/en.ts';
import { useZones } from '../zones/use-zones.ts';
import { ZoneLayer } from '../zones/ZoneLayer.tsx';
import { ZoneTools } from '../zones/ZoneTools.tsx';

const SHOWN = 6;

/** One camera, large. */
export function CameraPage({ slug }: { slug: string }) {
  const { cameras } = useHub();
  const camera = cameras?.find((each) => each.slug === slug);
  if (!cameras) return <div class="picture skeleton" />;
  return (
    <>
      <PageHead
        title={camera?.name ?? words.camera.unknown}
        back={{ to: { page: 'home' }, label: words.camera.back }}
      />
      {camera ? (
        <>
          <Picture key={camera.id} camera={camera} />
          <CameraControls camera={camera} />
          <Lately camera={camera} />
          <LearntSection key={camera.id} camera={camera} />
          <DoctorCamera camera={camera} />
        </>
      ) : (
        <Empty title={words.camera.unknown}>{words.camera.unknownMore}</Empty>
      )}
    </>
  );
}

/** The live picture, what can be laid over it, and what is drawn on it. */
function Picture({ camera }: { camera: CameraInfo }) {
  const [sees, setSees] = useState(false);
  const [draws, setDraws] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const sight = useSight(camera.id, box, sees && !draws && !camera.privacy);
  const drawing = useZones(camera.id, draws && !camera.privacy);
  const { width = 16, height = 9 } = camera.video ?? {};
  return (
    <div ref={box} class="camera-picture">
      <LargePicture camera={camera} bare={draws}>
        {sees && !draws && <SightOverlay sight={sight} />}
        {draws && drawing.sketch && (
          <ZoneLayer
            sketch={drawing.sketch}
            configured={drawing.configured}
            height={height / width}
            onDraw={drawing.onDraw}
          />
        )}
      </LargePicture>
      {draws && !camera.privacy ? (
        <ZoneTools drawing={drawing} onClose={() => setDraws(false)} />
      ) : (
        <div class="under-picture">
          <p class="facts">{cameraFacts(camera)}</p>
          {!camera.privacy && (
            <>
              <button type="button" class="filter" aria-pressed={sees} onClick={() => setSees(!sees)}>
                <Icon name="eye" /> {words.sight.title}
              </button>
              <button type="button" class="filter" onClick={() => setDraws(true)}>
                <Icon name="zones" /> {words.zones.open}
              </button>
            </>
          )}
        </div>
      )}
      {sees && !draws && !camera.privacy && <SightNote sight={sight} />}
    </div>
  );
}

interface LargePictureProps {
  camera: CameraInfo;
  /** Without its controls, since something else has the picture. */
  bare: boolean;
  children: ComponentChildren;
}

function LargePicture({ camera, bare, children }: LargePictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const [muted, setMuted] = useState(true);
  const [full, toggleFull] = useFullScreen(box);
  return (
    <div ref={box} class="large">
      <LivePicture camera={camera} muted={muted}>
        {!camera.privacy && children}
        {!camera.privacy && !bare && (
          <div class="picture-foot picture-controls">
            {camera.audio && (
              <IconButton
                icon={muted ? 'soundOff' : 'soundOn'}
                label={muted ? words.live.soundOn : words.live.soundOff}
                onClick={() => setMuted(!muted)}
              />
            )}
            <IconButton
              icon={full ? 'smallScreen' : 'fullScreen'}
              label={full ? words.live.smallScreen : words.live.fullScreen}
              onClick={toggleFull}
            />
          </div>
        )}
      </LivePicture>
    </div>
  );
}

function Lately({ camera }: { camera: CameraInfo }) {
  const now = useNow(10_000);
  const { moments } = useMoments({ camera: camera.id });
  return (
    <section aria-labelledby="lately">
      <header class="section-head">
        <h2 id="lately">{words.camera.lately}</h2>
      </header>
      {!moments && <MomentSkeletons count={3} />}
      {moments?.length === 0 && <Empty title={words.camera.nothingLately} />}
      <ul class="moments">
        {moments?.slice(0, SHOWN).map((moment) => (
          <li key={moment.id}>
            <MomentRow moment={moment} now={now} nameless />
          </li>
        ))}
      </ul>
    </section>
  );
}
