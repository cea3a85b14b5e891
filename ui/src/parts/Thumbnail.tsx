import { useState } from 'preact/hooks';
import { paths } from '../hub-client.ts';

/** The picture of a moment, 72 px wide; nothing where it is not kept. */
export function Thumbnail({ snapshotId }: { snapshotId: string | undefined }) {
  const [missing, setMissing] = useState(false);
  if (!snapshotId || missing) return <span class="thumb thumb-none" />;
  return (
    <img
      class="thumb"
      src={paths.eventSnapshot(snapshotId)}
      alt=""
      width="72"
      height="48"
      loading="lazy"
      decoding="async"
      onError={() => setMissing(true)}
    />
  );
}
