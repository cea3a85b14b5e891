/** Judges the machine that the hub runs on. */
import type { Verdict } from '../../../protocol/api.ts';
import type { HostFacts } from './facts.ts';
import { bad, better, good, unknown } from './verdict.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
/** The oldest that Doorstep is tested with. */
const TESTED_FFMPEG = [5, 1] as const;
const OLDEST_NODE = [22, 13] as const;
/** One camera in full size writes about 0.5 MB a second; a disk must do much better beside all else. */
const SLOW_DISK_MBPS = 4;
const USUAL_DISK_MBPS = 15;
const LITTLE_ROOM = 2 * GIB;
const NO_ROOM = GIB / 2;
const LITTLE_MEMORY = 300 * MIB;
/** A ring holds at most 64 MiB for each camera. */
const RING_BYTES = 64 * MIB;

/** `ffmpeg`, `live-sound`, `encoder`, `disk-room`, `disk-speed`, `ports`, `mdns`, `node`, `clock-sync`, `memory`, `cpu`, `child-bridge`. */
export function hostVerdicts(facts: HostFacts): Verdict[] {
  return [
    ffmpeg(facts),
    ...(facts.ffmpeg ? [liveSound(facts.ffmpeg.encoders), encoder(facts)] : []),
    diskRoom(facts),
    diskSpeed(facts),
    ports(facts),
    mdns(facts),
    node(facts),
    clockSync(facts),
    memory(facts),
    cpu(facts),
    childBridge(facts),
  ];
}

function ffmpeg({ ffmpeg: found }: HostFacts): Verdict {
  if (!found)
    return bad(
      'ffmpeg',
      'There is no ffmpeg, so no camera can be read.',
      'Install it with: sudo apt install ffmpeg',
    );
  const words = `The ffmpeg in use is ${found.version} (${found.origin})`;
  const [major, minor] = TESTED_FFMPEG;
  if (found.major < major || (found.major === major && found.minor < minor))
    return better(
      'ffmpeg',
      `${words}, older than ${major}.${minor}, with which Doorstep is tested.`,
      'Update the system, or remove "ffmpegPath" so that the one that comes with the plugin is used.',
    );
  return good('ffmpeg', `${words}.`);
}

function liveSound(encoders: ReadonlySet<string>): Verdict {
  if (encoders.has('libfdk_aac')) return good('live-sound', 'HomeKit hears AAC-ELD, made with libfdk_aac.');
  if (encoders.has('libopus'))
    return good('live-sound', 'HomeKit hears Opus; this ffmpeg has no libfdk_aac, and needs none.');
  return better(
    'live-sound',
    'This ffmpeg has neither libfdk_aac nor libopus, so live views in HomeKit are silent.',
    'Remove "ffmpegPath" so that the ffmpeg that comes with the plugin is used, or install one with libopus.',
  );
}

function encoder({ encoder: found }: HostFacts): Verdict {
  if (!found)
    return bad(
      'encoder',
      'This ffmpeg makes no H.264, so only cameras that send it as HomeKit wants it work.',
      'Install an ffmpeg with libx264: sudo apt install ffmpeg',
    );
  if (found.hardware)
    return good('encoder', `Where a picture must be made anew, ${found.name} does it in hardware.`);
  return good('encoder', `Where a picture must be made anew, ${found.name} does it on the processor.`);
}

function diskRoom({ disk }: HostFacts): Verdict {
  if (!disk) return unknown('disk-room', 'The room for recordings could not be read.');
  const words = `${(disk.freeBytes / GIB).toFixed(1)} GiB are free in ${disk.path}`;
  if (disk.freeBytes < NO_ROOM)
    return bad(
      'disk-room',
      `Only ${words}.`,
      'Make room on this disk, or lower "Keep for (days)" in the Doorstep settings.',
    );
  if (disk.freeBytes < LITTLE_ROOM)
    return better('disk-room', `Only ${words}.`, 'Make room on this disk, or the oldest clips go early.');
  return good('disk-room', `${words}.`);
}

function diskSpeed({ disk }: HostFacts): Verdict {
  if (disk?.failure)
    return bad(
      'disk-speed',
      `Nothing can be written to ${disk.path}: ${disk.failure}.`,
      'Give the user that runs Homebridge the right to write there, and check that the disk is not worn out.',
    );
  if (disk?.writeMBps === undefined) return unknown('disk-speed', 'The speed of the disk was not measured.');
  const words = `The disk takes ${disk.writeMBps < 10 ? disk.writeMBps.toFixed(1) : Math.round(disk.writeMBps)} MB a second`;
  if (disk.writeMBps < SLOW_DISK_MBPS)
    return bad(
      'disk-speed',
      `${words}, too slow for several recordings at once.`,
      'Use an SSD, or a memory card of class A1 or better.',
    );
  if (disk.writeMBps < USUAL_DISK_MBPS)
    return better(
      'disk-speed',
      `${words}, like a slow memory card.`,
      'Use an SSD, or a memory card of class A1 or better.',
    );
  return good('disk-speed', `${words}.`);
}

function ports({ ports: all, hubRuns }: HostFacts): Verdict {
  if (all.length === 0) return unknown('ports', 'No port is configured or known.');
  const wrong = all.filter(({ open }) => open !== hubRuns).map(({ what, port }) => `${what} (port ${port})`);
  const list = all.map(({ what, port }) => `${what} ${port}`).join(', ');
  if (wrong.length > 0 && hubRuns)
    return bad(
      'ports',
      `Nothing answers for ${wrong.join(', ')}.`,
      'Look in the Homebridge log for why it could not listen; another program may use the port, or a firewall on this machine closes it.',
    );
  if (wrong.length > 0)
    return bad(
      'ports',
      `Another program uses the port of ${wrong.join(', ')}.`,
      'Set another port in the Doorstep settings, or stop that program.',
    );
  if (!hubRuns) return good('ports', `The ports are free: ${list}.`);
  return good('ports', `These answer on this machine: ${list}; a firewall must let them through.`);
}

function mdns({ mdns: { addresses, answered, failure }, hubRuns }: HostFacts): Verdict {
  if (addresses.length === 0)
    return bad(
      'mdns',
      'This machine has no address in a network.',
      'Connect it; in a container use the network mode "host".',
    );
  if (failure)
    return bad(
      'mdns',
      `Multicast does not work here: ${failure}.`,
      'HomeKit finds accessories by multicast: in a container use the network mode "host", and allow UDP port 5353.',
    );
  if (answered === undefined) return unknown('mdns', 'Whether multicast works was not tried.');
  if (answered) return good('mdns', "Multicast works: accessories answer to HomeKit's question for them.");
  if (!hubRuns)
    return unknown('mdns', 'Multicast can be sent; while the hub does not run, nobody answers it.');
  return better(
    'mdns',
    'No HomeKit accessory answered to a multicast question from this machine.',
    'If the Home app cannot find the accessories, allow UDP port 5353, switch IGMP snooping off for a try, and choose another mDNS advertiser in the Homebridge settings.',
  );
}

function node({ node: version }: HostFacts): Verdict {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  if (major < oldest || (major === oldest && minor < oldestMinor))
    return bad(
      'node',
      `Node.js ${version} is older than ${oldest}.${oldestMinor}.`,
      'Update Node.js: sudo hb-service update-node',
    );
  if (major % 2 === 1)
    return better(
      'node',
      `Node.js ${version} is no long-term release.`,
      'Use an even one: sudo hb-service update-node',
    );
  return good('node', `Node.js ${version}.`);
}

function clockSync({ clockSynced }: HostFacts): Verdict {
  if (clockSynced === undefined)
    return unknown('clock-sync', 'This system does not say whether its clock is set by the network.');
  if (clockSynced) return good('clock-sync', 'The clock of this machine is set by the network.');
  return bad(
    'clock-sync',
    'The clock of this machine is not set by the network, so times of events and clips may be wrong.',
    'Switch it on with: sudo timedatectl set-ntp true',
  );
}

function memory({ memory: { totalBytes, freeBytes, ownBytes }, cameras }: HostFacts): Verdict {
  const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
  const words = `${mib(freeBytes)} of ${mib(totalBytes)} memory are free, and this process uses ${mib(ownBytes)}`;
  if (freeBytes < LITTLE_MEMORY + cameras * (RING_BYTES / 4))
    return better(
      'memory',
      `${words}.`,
      'Stop other programs, lower the bit rate of the cameras, or use a machine with more memory.',
    );
  return good('memory', `${words}.`);
}

function cpu({ cpus, load }: HostFacts): Verdict {
  const words = `${cpus} ${cpus === 1 ? 'processor core' : 'processor cores'}`;
  if (load === undefined) return good('cpu', `This machine has ${words}.`);
  if (load > cpus * 1.5)
    return better(
      'cpu',
      `This machine has ${words} and a load of ${load.toFixed(1)}: things wait for each other.`,
      'Add a sub-stream to each camera and let the main stream be H.264, so that little must be decoded and nothing encoded; or stop other programs.',
    );
  return good('cpu', `This machine has ${words} and a load of ${load.toFixed(1)}.`);
}

function childBridge({ childBridge: own }: HostFacts): Verdict {
  if (own === undefined)
    return unknown('child-bridge', 'Whether the plugin runs as a child bridge is not known.');
  if (own) return good('child-bridge', 'The plugin runs as a child bridge, in a process of its own.');
  return better(
    'child-bridge',
    'The plugin shares a process with Homebridge and all plugins without a child bridge.',
    'In the Homebridge UI open Plugins > Doorstep > Child Bridge Config, switch it on, and restart.',
  );
}
