import { useId, useState } from 'preact/hooks';
import type { CameraInfo, ClipInfo } from '../../../protocol/api.ts';
import { WhyPanel } from '../decisions/WhyPanel.tsx';
import { type Moment, signOf } from '../moments.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { KindSign } from '../parts/KindSign.tsx';
import { When } from '../parts/When.tsx';
import { words } from '../words/en.ts';
import { momentWords, parcelFacts } from '../words/event-words.ts';
import { ClipPlayer } from './ClipPlayer.tsx';
import { PinButton } from './PinButton.tsx';
import { SaveClip } from './SaveClip.tsx';

export interface MomentStageProps {
  moment: Moment;
  camera: CameraInfo | undefined;
  autoPlay: boolean;
  later: Moment | undefined;
  earlier: Moment | undefined;
  onOpen(moment: Moment): void;
  /** The clip is another than it was. */
  onClip(clip: ClipInfo): void;
  onClose(): void;
  /** It lies over something that it should give back; on a desk it does not. */
  closable: boolean;
}

/** What the detection decides of. */
const DECIDED: readonly Moment['kind'][] = ['motion', 'package'];

/** One moment in the light: its recording, what it was, and the way to its neighbours. */
export function MomentStage({
  moment,
  camera,
  autoPlay,
  later,
  earlier,
  onOpen,
  onClip,
  onClose,
  closable,
}: MomentStageProps) {
  const title = momentWords(moment, camera?.kind);
  const whyId = useId();
  // Which moment it is asked of: the next one is closed again, and one that is corrected stays open.
  const [asked, setAsked] = useState<string>();
  const why = asked !== undefined && moment.eventIds.includes(asked);
  const open = (next: Moment | undefined) => next && onOpen(next);
  return (
    <section class="stage" aria-label={title}>
      <ClipPlayer
        moment={moment}
        title={title}
        autoPlay={autoPlay}
        onStep={(to) => open(to === 'later' ? later : earlier)}
        onClose={onClose}
      />
      <footer class="stage-foot">
        <KindSign sign={signOf(moment)} />
        <p class="row-text">
          <span class="row-title">{title}</span>
          <span class="row-facts">
            <When at={moment.at} />
            <span>{camera?.name ?? moment.camera?.name}</span>
            {parcelFacts(moment).map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
            {moment.clip?.keep && <span>{words.clip.keptShort}</span>}
          </span>
        </p>
        {DECIDED.includes(moment.kind) && (
          <button
            type="button"
            class="filter"
            aria-expanded={why}
            aria-controls={whyId}
            onClick={() => setAsked(why ? undefined : moment.id)}
          >
            {words.decisions.why}
          </button>
        )}
        {moment.clip?.ready && <SaveClip id={moment.clip.id} />}
        {moment.clip?.ready && (
          <PinButton key={moment.clip.id} id={moment.clip.id} keep={moment.clip.keep} onClip={onClip} />
        )}
        <IconButton
          icon="down"
          label={words.clip.previous}
          onClick={() => open(earlier)}
          disabled={!earlier}
        />
        <IconButton icon="up" label={words.clip.next} onClick={() => open(later)} disabled={!later} />
        {closable && <IconButton icon="close" label={words.clip.close} onClick={onClose} />}
      </footer>
      {why && <WhyPanel key={asked} id={whyId} eventIds={moment.eventIds} />}
    </section>
  );
}
