import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { paths } from '../hub-client.ts';
import type { Moment } from '../moments.ts';

/** The picture of a moment is stored within this time, in ms; later a missing one is gone. */
const STORED_WITHIN = 60_000;
const TRY_EVERY = 1500;

export interface StoredPictureProps {
  moment: Pick<Moment, 'at' | 'snapshotId'>;
  class: string;
  /** Stands in where there is no picture. */
  instead?: ComponentChildren;
}

/** The picture of a moment; one that is still being stored appears by itself. */
export function StoredPicture({ moment, class: className, instead }: StoredPictureProps) {
  const [attempt, setAttempt] = useState(0);
  const [missing, setMissing] = useState(false);

  useEffect(() => {
    if (!missing || Date.now() - moment.at > STORED_WITHIN) return;
    const timer = setTimeout(() => {
      setMissing(false);
      setAttempt((n) => n + 1);
    }, TRY_EVERY);
    return () => clearTimeout(timer);
  }, [missing, moment.at]);

  if (moment.snapshotId === undefined || missing) return <>{instead}</>;
  return (
    <img
      key={attempt}
      class={className}
      src={paths.eventSnapshot(moment.snapshotId)}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setMissing(true)}
    />
  );
}
