import type { Box, SightInfo } from '../../../protocol/detection.ts';
import { personWords } from '../words/detection-words.ts';
import { words } from '../words/en.ts';
import { movingPath, placeOf } from './sight-shapes.ts';

const say = words.sight;

/** Lies over the live picture: what the detector sees in it, and how large a thing must be to count. */
export function SightOverlay({ sight }: { sight: SightInfo | 'none' | undefined }) {
  return (
    <section class="sight" aria-label={say.title}>
      {sight && sight !== 'none' && <Drawing sight={sight} />}
    </section>
  );
}

/** Stands under the picture: what the bar in it means, and who looks. */
export function SightNote({ sight }: { sight: SightInfo | 'none' | undefined }) {
  return <p class="sight-note soft">{noteOf(sight)}</p>;
}

function noteOf(sight: SightInfo | 'none' | undefined): string {
  if (sight === undefined) return say.asking;
  if (sight === 'none' || sight.at === 0) return say.nothingLooks;
  const smallest = say.smallest((sight.shortestMs / 1000).toString());
  // Until it is loaded, and where nobody looks for people, there is nothing to say of it.
  return sight.model === undefined ? smallest : `${smallest} ${say.model(sight.model)}`;
}

/** From here on a label goes to the left, so that it stays in the picture. */
const MIDDLE = 0.5;
/** Above this there is no room for the label of a box, in parts of the height. */
const TOP = 0.12;

interface SeenProps {
  kind: 'person' | 'candidate' | 'package';
  box: Box;
  label: string;
}

function Seen({ kind, box, label }: SeenProps) {
  return (
    <div
      class={`sight-box sight-${kind}`}
      data-at-top={box.top < TOP || undefined}
      data-at-right={box.left > MIDDLE || undefined}
      style={placeOf(box)}
    >
      <span>{label}</span>
    </div>
  );
}

function Drawing({ sight: { motion, people, candidates, packages, smallest } }: { sight: SightInfo }) {
  return (
    <>
      <svg
        class="sight-motion"
        viewBox={`0 0 ${motion.columns} ${motion.rows}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={movingPath(motion)} />
      </svg>
      {candidates.map(({ box, waitsFor }, index) => (
        <Seen key={`candidate-${index}`} kind="candidate" box={box} label={say.waitsFor[waitsFor]} />
      ))}
      {packages.map(({ id, box }) => (
        <Seen key={id} kind="package" box={box} label={say.parcel} />
      ))}
      {people.map(({ box, score }, index) => (
        <Seen key={`person-${index}`} kind="person" box={box} label={personWords(score)} />
      ))}
      <i class="sight-ruler" style={{ height: `${smallest * 100}%` }} />
    </>
  );
}
