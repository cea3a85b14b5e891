import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CameraInfo } from '../../../protocol/api.ts';
import { paths } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { Icon } from '../parts/Icon.tsx';
import { When } from '../parts/When.tsx';
import { useNow } from '../use-now.ts';
import { words } from '../words/en.ts';
import { timeStyle, whenWords } from '../words/time-words.ts';
import { type LiveState, playLive } from './live-player.ts';
import { socketAddress } from './socket-address.ts';
import { useLastFrame } from './use-last-frame.ts';
import { useSnapshot } from './use-snapshot.ts';
import { useWatched } from './use-watched.ts';

export interface LivePictureProps {
  camera: CameraInfo;
  muted?: boolean;
  /** Lies over the picture. */
  children?: ComponentChildren;
}

const style = timeStyle(navigator.language);

/** A camera's picture: its last one with its age at once, then live, while someone can see it. None in privacy mode. */
export function LivePicture(props: LivePictureProps) {
  // Two parts, so that no picture of before is kept anywhere.
  return props.camera.privacy ? <LooksAway {...props} /> : <MovingPicture {...props} />;
}

function LooksAway({ children }: LivePictureProps) {
  return (
    <div class="picture" data-state="away">
      <div class="picture-away">
        <Icon name="away" />
        <p>
          <strong>{words.live.looksAway}</strong>
          <span>{words.live.looksAwayMore}</span>
        </p>
      </div>
      {children}
    </div>
  );
}

function MovingPicture({ camera, muted = true, children }: LivePictureProps) {
  const { connection } = useHub();
  const box = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const watched = useWatched(box);
  const [state, setState] = useState<LiveState>('connecting');
  const moving = watched && (state === 'live' || state === 'stills');
  const canvas = useRef<HTMLCanvasElement>(null);
  const [keptAt, keepFrame] = useLastFrame(video, canvas);
  const picture = useSnapshot(camera.id, watched && !moving);
  const takenAt = Math.max(keptAt, picture?.takenAt ?? 0);

  useEffect(() => {
    if (!watched || !camera.online || !video.current) return;
    const ending = new AbortController();
    playLive({
      url: socketAddress(paths.live(camera.id)),
      video: video.current,
      signal: ending.signal,
      onState: setState,
      onLastFrame: keepFrame,
    });
    return () => {
      ending.abort();
      setState('connecting');
    };
  }, [watched, camera.id, camera.online, keepFrame]);

  const { width = 16, height = 9 } = camera.video ?? {};
  return (
    <div
      ref={box}
      class="picture"
      data-state={camera.online ? state : 'offline'}
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      {picture ? (
        <img class="picture-still" src={picture.src} alt={words.live.lastPictureOf(camera.name)} />
      ) : (
        <div class="skeleton picture-still" />
      )}
      <canvas ref={canvas} class="picture-still" hidden={keptAt < takenAt || keptAt === 0} />
      {state === 'stills' && watched && connection === 'live' && (
        <img class="picture-moving" src={paths.mjpeg(camera.id)} alt={words.live.pictureOf(camera.name)} />
      )}
      <video
        ref={video}
        class="picture-moving"
        muted={muted}
        playsInline
        disablePictureInPicture
        aria-label={words.live.pictureOf(camera.name)}
      />
      {camera.online ? (
        <LiveChip state={state} takenAt={takenAt || undefined} />
      ) : (
        <OfflineNote camera={camera} />
      )}
      {children}
    </div>
  );
}

function LiveChip({ state, takenAt }: { state: LiveState; takenAt: number | undefined }) {
  const now = useNow(1000);
  if (state === 'live' || state === 'stills') {
    return (
      <span class="chip chip-live">
        <i class="dot" /> {state === 'live' ? words.live.live : words.live.stills}
      </span>
    );
  }
  return (
    <span class="chip">
      {takenAt === undefined ? words.live.connecting : <When at={takenAt} now={now} />}
    </span>
  );
}

/** So long a camera may take to show its first picture, after privacy mode or a restart, before anybody is told. */
const STARTING_MS = 15_000;

function OfflineNote({ camera }: { camera: CameraInfo }) {
  const now = useNow(5_000);
  if (!camera.problem && now - camera.since < STARTING_MS)
    return <span class="chip">{words.live.connecting}</span>;
  const { what, cure } = camera.problem ?? {
    what: words.live.offlineSince(camera.name, whenWords(camera.since, now, style)),
    cure: words.live.offlineCure,
  };
  return (
    <p class="picture-note" role="status">
      <strong>{what}</strong> {cure}
    </p>
  );
}
