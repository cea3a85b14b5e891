/** What the statement of a bag says. How it looks is for `statement-text.ts` and `statement-pdf.ts`. */
import { headLine } from '../audit/heads.ts';
import type { Occasion } from '../contract.ts';
import type { BagClip, BagFacts, BagFile, ClipFacts, ClockSample } from './contract.ts';
import { localTime, offsetInWords, seconds, utcTime } from './local-time.ts';
import { plainLine } from './plain-line.ts';

export interface StatementRow {
  label: string;
  text: string;
  /** A checksum or the like: kept in one piece, in a typewriter's letters. */
  code?: boolean;
}
export interface StatementSection {
  title: string;
  rows: StatementRow[];
}
export interface Statement {
  title: string;
  sections: StatementSection[];
  /** What who signs it by hand says. */
  declaration: string;
  /** Lines to fill in by hand. */
  blanks: string[];
}

/** Where the files of one clip are in the bag. */
export interface PlacedClip {
  facts: ClipFacts;
  viewing?: BagFile;
  original?: BagFile;
}

const OCCASIONS: Record<Occasion, string> = {
  'own-initiative': "on the owner's own initiative",
  voluntary: 'on request, of free will',
  compelled: 'because the law requires it',
};

/** @param key fingerprint of the key that signs the bag */
export function statementOf(facts: BagFacts, clips: readonly PlacedClip[], key: string): Statement {
  return {
    title: `Statement about video footage: ${facts.id}`,
    sections: [
      { title: 'Handed over', rows: given(facts) },
      ...clips.map((clip, index) => ({
        title: clips.length === 1 ? 'The clip' : `Clip ${index + 1} of ${clips.length}`,
        rows: clipRows(clip, facts),
      })),
      { title: 'Who handled it, and when', rows: handled(facts) },
      { title: 'How to check', rows: checks(facts, key) },
    ],
    declaration:
      'Software filled this in from its records; it certifies nothing. I have read it. As far as I know it is true.',
    blanks: ['Name', 'Place and date', 'Signature'],
  };
}

function given({ owner, recipient, purpose, madeAt, timeZone }: BagFacts): StatementRow[] {
  const to = [recipient, purpose.officer, purpose.agency].filter((part) => part !== undefined && part !== '');
  const forCase = purpose.caseNumber ? `case ${plainLine(purpose.caseNumber)}` : 'the purpose below';
  const recipients = [...new Set(to.map((part) => plainLine(part ?? '')))].join(', ');
  return [
    { label: 'Given', text: `for ${forCase}, to ${recipients}; not for other use.` },
    { label: 'Purpose', text: plainLine(purpose.text) },
    { label: 'Given why', text: OCCASIONS[purpose.occasion] },
    ...(purpose.legalBasis ? [{ label: 'Legal basis', text: plainLine(purpose.legalBasis) }] : []),
    {
      label: 'Asked of you',
      text: 'Please do not pass it on, and do not run it through face matching, without a legal basis of its own. This is a request: nothing in the files enforces it.',
    },
    { label: "Camera's owner", text: plainLine(owner) },
    { label: 'Package made', text: `${utcTime(madeAt)} = ${localTime(madeAt, timeZone)}` },
  ];
}

function clipRows({ facts, viewing, original }: PlacedClip, bag: BagFacts): StatementRow[] {
  const { camera, from, to, recorded } = facts;
  const without = facts.leftOut.length > 0 ? ', without what is named above' : '';
  const moment = (at: number) => `${utcTime(at)} = ${localTime(at, bag.timeZone)}`;
  return [
    { label: 'Camera', text: `${plainLine(camera.name)}; it looks at ${plainLine(camera.pointsAt)}` },
    {
      label: 'Make, model',
      text: `${orUnknown(camera.make)}, ${orUnknown(camera.model)}; firmware ${orUnknown(camera.firmware)}`,
    },
    { label: 'Recorded by', text: recorder(bag) },
    { label: 'Recorded how', text: HOW[recorded] },
    { label: 'First picture', text: moment(from) },
    { label: 'Last picture', text: moment(to) },
    {
      label: "Recorder's clock",
      text: `The times above are by it. ${clock(facts.clock.recorder, 'a reference clock')}`,
    },
    {
      label: "Camera's clock",
      text: `${clock(facts.clock.camera, "the recorder's clock")} A time shown within the picture is the camera's.`,
    },
    ...leftOut(facts),
    ...(viewing ? fileRows('Viewing copy', viewing, `encoded anew for viewing${without}`) : []),
    ...(original
      ? fileRows('Original', original, 'the file exactly as the recorder wrote it')
      : keptOriginal(facts)),
  ];
}

const HOW: Record<ClipFacts['recorded'], string> = {
  copied:
    'The stream of the camera was copied, not re-encoded. The original is the first file that the recorder wrote.',
  masked:
    'Re-encoded while it was recorded, because a privacy mask is burned in. That first file is the original: there is no other.',
};

function recorder({ software: { version, ffmpeg } }: BagFacts): string {
  return `Doorstep ${plainLine(version)}${ffmpeg ? `, ffmpeg ${plainLine(ffmpeg)}` : ''}`;
}

function clock(sample: ClockSample | undefined, other: string): string {
  if (!sample) return `How far it was from ${other}, nobody measured.`;
  const { offsetMs, errorMs, how, at } = sample;
  return `It was ${offsetInWords(offsetMs, other)}, \u00b1 ${seconds(errorMs)}, by ${plainLine(how)} on ${utcTime(at)}.`;
}

function leftOut(facts: ClipFacts): StatementRow[] {
  if (facts.leftOut.length === 0) return [{ label: 'Left out', text: 'nothing' }];
  return facts.leftOut.map(({ what, why }, index) => ({
    label: index === 0 ? 'Left out' : '',
    text: `${plainLine(what)}: ${plainLine(why)}`,
  }));
}

function fileRows(label: string, { path, bytes, sha256 }: BagFile, what: string): StatementRow[] {
  return [
    { label, text: `${path}, ${bytes} bytes: ${what}` },
    { label: 'its SHA-256', text: sha256, code: true },
  ];
}

function keptOriginal({ original: { bytes, sha256 } }: ClipFacts): StatementRow[] {
  return [
    {
      label: 'Original',
      text: `not in this package. The owner keeps it, ${bytes} bytes, and it can be asked for.`,
    },
    { label: 'its SHA-256', text: sha256, code: true },
  ];
}

function handled({ custody }: BagFacts): StatementRow[] {
  return custody.map(({ at, who, what }) => ({
    label: utcTime(at).replace(/\.\d+ UTC$/, ' UTC'),
    text: `${plainLine(who)}: ${plainLine(what)}`,
  }));
}

function checks({ logHead }: BagFacts, key: string): StatementRow[] {
  return [
    { label: 'With', text: 'HOW-TO-CHECK.txt, in the package. It takes no program of ours.' },
    { label: 'Signed by the key', text: key, code: true },
    ...(logHead ? [{ label: 'Head of the log', text: headLine(logHead), code: true }] : []),
  ];
}

const orUnknown = (text: string | undefined) => (text ? plainLine(text) : 'not known');

/** Which files of a clip are where; the names say nothing of camera, place, time or persons. */
export function placeClip({ facts, viewing, original }: BagClip, n: number): PlacedClip {
  const at = (kind: string, { bytes, sha256 }: { bytes: number; sha256: string }) => ({
    path: `data/${kind}/clip-${n}.mp4`,
    bytes,
    sha256,
  });
  return {
    facts,
    ...(viewing && { viewing: at('viewing', viewing) }),
    ...(original && { original: at('original', original) }),
  };
}
