/** `provenance.json`: where each file comes from, for programs. The facts are those that C2PA has words for, so a manifest can be made of them later. */
import { headLine } from '../audit/heads.ts';
import type { BagFacts } from './contract.ts';
import type { PlacedClip } from './statement.ts';

/** The text of the file. */
export function provenanceText(facts: BagFacts, clips: readonly PlacedClip[], key: string): string {
  const { id, madeAt, software, purpose, recipient, owner, timeZone, logHead } = facts;
  const given = { to: recipient, purpose };
  const provenance = {
    schema: 1,
    package: {
      id,
      madeAt: time(madeAt),
      timeZone,
      signedBy: key,
      ...(logHead && { logHead: headLine(logHead) }),
    },
    owner,
    given,
    software: { recorder: 'Doorstep', ...software },
    clips: clips.map(clipOf),
  };
  return `${JSON.stringify(provenance, null, 2)}\n`;
}

function clipOf({ facts, viewing, original }: PlacedClip) {
  const { camera, from, to, recorded, clock, masks, leftOut, commands } = facts;
  const edits = leftOut.length > 0 ? ['redacted'] : [];
  return {
    camera,
    from: time(from),
    to: time(to),
    clock: {
      timesAreOf: 'recorder',
      ...(clock.recorder && { recorderAheadOfReference: sample(clock.recorder) }),
      ...(clock.camera && { cameraAheadOfRecorder: sample(clock.camera) }),
    },
    original: {
      made: recorded === 'copied' ? 'stream copied, not re-encoded' : 're-encoded with a burned-in mask',
      masks,
      inPackage: original !== undefined,
      ...(original ?? facts.original),
    },
    ...(viewing && {
      viewing: {
        ...viewing,
        actions: ['created', 'edited', ...edits],
        parentSha256: facts.original.sha256,
        leftOut,
        commands: commands.map((parts) => parts.map(plainArgument)),
      },
    }),
  };
}

const sample = ({ at, ...measured }: { at: number; offsetMs: number; errorMs: number; how: string }) => ({
  ...measured,
  at: time(at),
});

/** A path, or the bare name of a file. */
const FILE =
  /[^\s:;,'"=|<>]*[\\/][^\s:;,'"=|<>]*|[^\s:;,'"=|<>]+\.(?:mp4|mov|mkv|ts|m4s|jpe?g|png|json|txt|log)\b/gi;
/** What a filter reckons with, as `30000/1001` and `iw/2`. */
const FRACTION = /^(?:\d+|[ioa]?[wh])\/\d+$/;

/** An argument of a command without what is the household's own: addresses, which may have passwords in them, names of files and where they lie. */
export function plainArgument(argument: string): string {
  return argument
    .replace(/[a-z][a-z0-9+.-]*:\/\/\S*/gi, '<address>')
    .replace(FILE, (path) => (FRACTION.test(path) ? path : `<file${/\.\w{1,5}$/.exec(path)?.[0] ?? ''}>`));
}

const time = (at: number) => new Date(at).toISOString();
