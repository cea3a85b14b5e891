import type { RefObject } from 'preact';
import { useEffect, useImperativeHandle, useRef, useState } from 'preact/hooks';
import { useFullScreen } from '../full-screen.ts';
import { type HubError, paths } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { words } from '../words/en.ts';
import { positionWords } from '../words/time-words.ts';
import { hasSound } from './has-sound.ts';
import { useQuietControls } from './use-quiet-controls.ts';

export interface ClipVideoHandle {
  toggle(): void;
}

export interface ClipVideoProps {
  handle: RefObject<ClipVideoHandle | null>;
  /** Of the clip. */
  id: string;
  poster: string | undefined;
  /** Seconds, as the hub knows it: a browser learns the length of fragmented MP4 only while reading. */
  length: number | undefined;
  title: string;
  autoPlay: boolean;
}

type Playing = 'paused' | 'playing' | 'ended';

/** A recording with its controls over the picture. */
export function ClipVideo({ handle, id, poster, length, title, autoPlay }: ClipVideoProps) {
  const { client } = useHub();
  const box = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [playing, setPlaying] = useState<Playing>('paused');
  const [position, setPosition] = useState(0);
  const [seconds, setSeconds] = useState(length ?? 0);
  const [sound, setSound] = useState(false);
  const [muted, setMuted] = useState(false);
  const [fault, setFault] = useState<string>();
  const [full, toggleFull] = useFullScreen(box);
  const [quiet, stir] = useQuietControls(playing === 'playing');

  const toggle = () => {
    const { current } = video;
    if (!current) return;
    // A browser that wants another tap first leaves the play button standing.
    if (current.paused || current.ended) current.play().catch(() => undefined);
    else current.pause();
    stir();
  };
  useImperativeHandle(handle, () => ({ toggle }));

  useEffect(() => {
    if (autoPlay) video.current?.play().catch(() => undefined);
  }, [autoPlay]);

  const read = () => {
    const { current } = video;
    if (!current) return;
    setPlaying(current.ended ? 'ended' : current.paused ? 'paused' : 'playing');
    setPosition(current.currentTime);
    if (Number.isFinite(current.duration)) setSeconds(current.duration);
    setSound(hasSound(current));
  };

  // The video element does not tell why; the hub does.
  const findFault = () => void client.clipFault(id).then((refusal) => setFault(faultWords(refusal)));

  if (fault) {
    return (
      <div class="player">
        {poster && <img class="player-still" src={poster} alt="" />}
        <p class="picture-note" role="status">
          {fault}
        </p>
      </div>
    );
  }

  const say = words.clip;
  return (
    <div ref={box} class="player" data-quiet={quiet || undefined} onPointerMove={stir} onFocusCapture={stir}>
      <video
        ref={video}
        src={paths.clip(id)}
        poster={poster}
        muted={muted}
        preload="auto"
        playsInline
        aria-label={say.of(title)}
        onClick={toggle}
        onPlay={read}
        onPause={read}
        onEnded={read}
        onTimeUpdate={read}
        onLoadedMetadata={read}
        onError={findFault}
      />
      <div class="player-controls">
        <IconButton
          icon={playing === 'playing' ? 'pause' : playing === 'ended' ? 'again' : 'play'}
          label={playing === 'playing' ? say.pause : playing === 'ended' ? say.again : say.play}
          onClick={toggle}
        />
        <input
          class="slider"
          type="range"
          min="0"
          max={seconds}
          step="0.1"
          value={position}
          aria-label={say.position}
          aria-valuetext={positionWords(position)}
          style={{ '--share': seconds > 0 ? Math.min(1, position / seconds) : 0 }}
          onInput={(event) => {
            if (video.current) video.current.currentTime = Number(event.currentTarget.value);
          }}
        />
        <span class="player-time">
          {positionWords(position)} / {positionWords(seconds)}
        </span>
        {sound && (
          <IconButton
            icon={muted ? 'soundOff' : 'soundOn'}
            label={muted ? say.soundOn : say.soundOff}
            onClick={() => setMuted(!muted)}
          />
        )}
        <IconButton
          icon={full ? 'smallScreen' : 'fullScreen'}
          label={full ? words.live.smallScreen : words.live.fullScreen}
          onClick={toggleFull}
        />
      </div>
    </div>
  );
}

/** A recording that is gone needs no advice. */
function faultWords(refusal: HubError | undefined): string {
  if (!refusal) return words.clip.cannotPlay;
  return refusal.status === 404 ? words.clip.gone : `${refusal.problem.what} ${refusal.problem.cure}`;
}
