/** What a fault of the target means for the household, and what cures it. */
import type { Problem, TargetKind } from '../../protocol/api.ts';
import type { TargetFault } from './keeper/contract.ts';

export interface FaultFacts {
  fault: TargetFault;
  /** What target or keeper said: a sentence, without secrets. */
  message: string;
  kind: TargetKind;
  /** Folder, address or remote. */
  where: string;
  /** Whether the place was set up before. */
  known: boolean;
}

const WAITS = 'Recordings wait on this machine.';

export function targetProblem(facts: FaultFacts): Problem {
  return facts.kind === 'embedded' ? embeddedProblem(facts) : awayProblem(facts);
}

/** The folder inside the Homebridge storage: nobody mounts it, and nobody sets it up. */
function embeddedProblem({ fault, message, where }: FaultFacts): Problem {
  switch (fault) {
    case 'full':
      return {
        code: 'disk-full',
        what: `The disk of ${where} is full.`,
        cure: 'Free some space, or raise "Leave free" so that old recordings go earlier.',
      };
    case 'denied':
    case 'read-only':
      return {
        code: 'recordings-not-writable',
        what: `The recordings folder ${where} cannot be written. ${message}`,
        cure: 'Give the user that runs Homebridge the right to write there.',
      };
    case 'missing':
    case 'no-marker':
      return {
        code: 'target-missing',
        what: `The recordings folder ${where} is not there as it was. ${message} ${WAITS}`,
        cure: 'Bring it back. If it was emptied on purpose, open the web app, Storage, and choose "Use this place".',
      };
    case 'other':
      return {
        code: 'target-other',
        what: `The recordings folder ${where} is not the one that it was. ${message} ${WAITS}`,
        cure: 'Bring the former folder back. If this one is right, open the web app, Storage, and choose "Use this place".',
      };
    default:
      return {
        code: 'recordings-failed',
        what: `Recordings cannot be kept in ${where}. ${message}`,
        cure: 'Check the disk; it is tried again every minute.',
      };
  }
}

function awayProblem({ fault, message, where, known }: FaultFacts): Problem {
  switch (fault) {
    case 'missing':
    case 'stuck':
      return {
        code: 'target-missing',
        what: `Recordings cannot be brought to ${where}. ${message} ${WAITS}`,
        cure: 'Check that the NAS is on and reached, and that its share is mounted; it is tried again every minute.',
      };
    case 'no-marker':
      return known
        ? {
            code: 'target-missing',
            what: `${where} is not the place that was set up: its marker is gone. ${WAITS}`,
            cure: 'Mount the NAS there. If the place was emptied on purpose, open the web app, Storage, and choose "Use this place".',
          }
        : {
            code: 'target-waiting',
            what: `${where} was never used for recordings. ${message} ${WAITS}`,
            cure: 'If a NAS should be mounted there, mount it. If the place is right as it is, open the web app, Storage, and choose "Use this place".',
          };
    case 'other':
      return {
        code: 'target-other',
        what: `${where} is another place than the one that was set up. ${message} ${WAITS}`,
        cure: 'Bring the former one back. If this one is right, open the web app, Storage, and choose "Use this place".',
      };
    case 'outside':
      return {
        code: 'target-outside',
        what: `${where} is not in your own network. ${message} ${WAITS}`,
        cure: 'Take a place inside your network, or write the sentence at "Outside the home" in the settings, then restart.',
      };
    case 'denied':
      return {
        code: 'target-denied',
        what: `${where} does not let Doorstep in. ${message} ${WAITS}`,
        cure: 'Check user and password in the settings, and the rights of that user at the NAS.',
      };
    case 'certificate':
      return {
        code: 'target-certificate',
        what: `The certificate of ${where} is not to be trusted. ${message} ${WAITS}`,
        cure: 'If that fingerprint is the one that your NAS shows, copy it to "Certificate" in the settings, then restart.',
      };
    case 'full':
      return {
        code: 'target-full',
        what: `${where} is full. ${WAITS}`,
        cure: 'Free some space there, or raise "Leave free" so that old recordings go earlier.',
      };
    case 'read-only':
      return {
        code: 'target-read-only',
        what: `${where} can be read, not written. ${message} ${WAITS}`,
        cure: 'Mount it for writing, and look at the NAS for a fault of its disks.',
      };
    default:
      return {
        code: 'target-failed',
        what: `Recordings do not get to ${where}. ${message} ${WAITS}`,
        cure: 'Look at the log of the NAS; it is tried again every minute.',
      };
  }
}
