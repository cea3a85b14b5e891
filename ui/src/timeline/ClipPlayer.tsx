import { useEffect, useRef } from 'preact/hooks';
import { paths } from '../hub-client.ts';
import type { Moment } from '../moments.ts';
import { StoredPicture } from '../parts/StoredPicture.tsx';
import { useNow } from '../use-now.ts';
import { words } from '../words/en.ts';
import { ClipVideo, type ClipVideoHandle } from './ClipVideo.tsx';
import { playerKey } from './player-keys.ts';

/** The hub's longest clip is three minutes; one that is not there long after that will not come. */
const LONGEST_WAIT_MS = 5 * 60_000;

export interface ClipPlayerProps {
  moment: Moment;
  /** What happened, in words. */
  title: string;
  /** Start by itself; only after the person chose this moment. */
  autoPlay: boolean;
  onStep(to: 'later' | 'earlier'): void;
  onClose(): void;
}

/** The recording of one moment, or its picture and why there is no recording to play. */
export function ClipPlayer({ moment, title, autoPlay, onStep, onClose }: ClipPlayerProps) {
  const video = useRef<ClipVideoHandle>(null);
  const now = useNow(30_000);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // What lies over the page has the keys.
      if (document.querySelector('dialog[open]')) return;
      const key = playerKey(event, document.activeElement?.tagName ?? '');
      if (!key) return;
      event.preventDefault();
      if (key === 'toggle') video.current?.toggle();
      else if (key === 'close') onClose();
      else onStep(key);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onStep, onClose]);

  const { clip } = moment;
  if (clip?.ready) {
    const length =
      clip.startedAt !== undefined && clip.endedAt !== undefined
        ? (clip.endedAt - clip.startedAt) / 1000
        : undefined;
    return (
      <ClipVideo
        key={clip.id}
        handle={video}
        id={clip.id}
        poster={moment.snapshotId && paths.eventSnapshot(moment.snapshotId)}
        length={length}
        title={title}
        autoPlay={autoPlay}
      />
    );
  }
  return (
    <div class={moment.snapshotId ? 'player' : 'player player-empty'}>
      <StoredPicture moment={moment} class="player-still" />
      <p class="picture-note" role="status">
        {clip && now - moment.at < LONGEST_WAIT_MS ? words.clip.making : words.timeline.noClip}
      </p>
    </div>
  );
}
