import { useRef, useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import { useFullScreen } from '../full-screen.ts';
import { useHub } from '../hub-context.tsx';
import { LivePicture } from '../live/LivePicture.tsx';
import { MaskEditor } from '../masks/MaskEditor.tsx';
import { CameraControls } from '../parts/CameraControls.tsx';
import { DoctorCamera } from '../parts/DoctorCamera.tsx';
import { Empty } from '../parts/Empty.tsx';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { MomentRow } from '../parts/MomentRow.tsx';
import { MomentSkeletons } from '../parts/MomentSkeletons.tsx';
import { hrefOf } from '../route.ts';
import { useMoments } from '../use-moments.ts';
import { useNow } from '../use-now.ts';
import { cameraFacts } from '../words/camera-facts.ts';
import { words } from '../words/en.ts';

const SHOWN = 6;

/** One camera, large. */
export function CameraPage({ slug }: { slug: string }) {
  const { cameras } = useHub();
  const camera = cameras?.find((each) => each.slug === slug);
  if (!cameras) return <div class="picture skeleton" />;
  return (
    <>
      <header class="section-head">
        <a class="back" href={hrefOf({ page: 'home' })} aria-label={words.camera.back}>
          <Icon name="back" />
        </a>
        <h1>{camera?.name ?? words.camera.unknown}</h1>
      </header>
      {camera ? (
        <>
          <LargePicture camera={camera} />
          <p class="facts">{cameraFacts(camera)}</p>
          <CameraControls camera={camera} />
          <Lately camera={camera} />
          <DoctorCamera camera={camera} />
          {!camera.privacy && <MaskEditor camera={camera} />}
        </>
      ) : (
        <Empty title={words.camera.unknown}>{words.camera.unknownMore}</Empty>
      )}
    </>
  );
}

function LargePicture({ camera }: { camera: CameraInfo }) {
  const box = useRef<HTMLDivElement>(null);
  const [muted, setMuted] = useState(true);
  const [full, toggleFull] = useFullScreen(box);
  return (
    <div ref={box} class="large">
      <LivePicture camera={camera} muted={muted}>
        {!camera.privacy && (
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
