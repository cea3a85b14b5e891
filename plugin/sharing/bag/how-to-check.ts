import { BAG_NAMESPACE, NAMES, SIGNED_AS } from './contract.ts';

/** `HOW-TO-CHECK.txt`. Commands are the lines that begin with four spaces. Nothing that somebody wrote is in it. */
export function howToCheck({ dated }: { dated: boolean }): string {
  return `${[...FILES, ...SIGNATURE, ...(dated ? TIMESTAMP : NO_TIMESTAMP), ...WHAT_IT_MEANS].join('\n')}\n`;
}

const FILES = [
  'How to check this package',
  '=========================',
  '',
  'No program of ours is needed. Open a terminal in the folder of this file and',
  'run the lines that begin with four spaces, as they are.',
  '',
  '1. Are all files what they were when the package was made?',
  '   Each line of the answer must end with "OK".',
  '',
  `    sha256sum --check --strict ${NAMES.tagManifest} ${NAMES.manifest}`,
  '',
  '   On a Mac: "shasum -a 256 --check" and the same two names.',
  '',
];

const SIGNATURE = [
  '2. Did the owner of the camera sign it?',
  '   The answer must begin with "Good", and must end with the same SHA256:...',
  '   that the owner tells you, or that stands on the statement signed by hand.',
  '',
  `    ssh-keygen -Y verify -f ${NAMES.signers} -I ${SIGNED_AS} -n ${BAG_NAMESPACE} -s ${NAMES.signature} < ${NAMES.tagManifest}`,
  '',
];

const TIMESTAMP = [
  '3. Was it there at the time that the timestamp says?',
  '   The answer must have the line "Verification: OK".',
  '',
  `    openssl ts -verify -data ${NAMES.tagManifest} -in ${NAMES.timestamp} -CAfile ${NAMES.authority}`,
  '',
  `   Get ${NAMES.authority} from the authority itself too, and compare.`,
  `   When it was: openssl ts -reply -in ${NAMES.timestamp} -text`,
  '',
];

const NO_TIMESTAMP = [
  '3. There is no timestamp of an authority in this package. It is asked for',
  '   only where the owner wants it.',
  '',
];

const WHAT_IT_MEANS = [
  'What this shows',
  '---------------',
  'Files that pass have not changed since the package was signed with that key.',
  'It does not show what happened before: for that there are the statement,',
  'provenance.json and custody.jsonl in the folder "data", and the owner.',
  '',
  `The package is a bag as RFC 8493 (BagIt) has it. ${NAMES.tagManifest}`,
  `lists the files beside it, ${NAMES.manifest} those in "data". What neither`,
  'of them lists was not put there by the owner, except for the first of them',
  'and, with ".sshsig" and ".tsr" at the end, its signature and its timestamp.',
];
