#!/usr/bin/env node
/**
 * Makes a fresh clone ready: packages, a Node that is new enough, ffmpeg, and for the tests a few programs more. Runs before `npm run demo`
 * and `npm test`; takes a moment when all is there. Plain Node 18+ without a dependency, since it runs before there are any.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startsServers } from './starts-servers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const forTests = process.argv.includes('--tests');
// The installed plugin runs on 22.13; tests and scripts of a clone are TypeScript that Node runs as it is.
const MIN_NODE = [22, 18];
// The commands of the packages here come first on npm's PATH; they must not be taken for the machine's own.
const ownBin = join(root, 'node_modules', '.bin');

/**
 * Programs of the machine that tests use: what they may be called, the variable that names another, their package, who misses them,
 * and whether the package would start a server on the network.
 */
const TEST_PROGRAMS = [
  {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    variable: 'CHROMIUM',
    packaged: 'chromium',
    tests: 'the browser tests',
  },
  {
    names: ['mosquitto'],
    variable: 'MOSQUITTO',
    packaged: 'mosquitto',
    tests: 'the tests with an MQTT broker',
    serves: true,
  },
  { names: ['rclone'], variable: 'RCLONE', packaged: 'rclone', tests: 'the tests with WebDAV and rclone' },
  { names: ['smbd'], variable: 'SMBD', packaged: 'samba', tests: 'the tests with SMB', serves: true },
  {
    names: ['sshd'],
    variable: 'SSHD',
    packaged: 'openssh-server',
    tests: 'the tests with SFTP',
    serves: true,
  },
];

installPackages();
bringNode();
findFfmpeg();
if (forTests) findTestPrograms();

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.doorstep-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Installing packages (once; about a minute) …');
  // Without install scripts: none is needed but Node's own (below), and those that download binaries fail behind firewalls.
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

function bringNode() {
  // What runs this may be the one brought earlier, which new packages have just taken away.
  const lost = !existsSync(process.execPath);
  if (isNewEnough(process.versions.node) && !lost) return;
  const own = join(ownBin, 'node');
  if (existsSync(own) && isNewEnough(versionOf(own, ['--version']).replace(/^v/, ''))) return;
  say(
    lost
      ? 'Bringing Node for this folder again …'
      : `This machine has Node ${process.versions.node}; Doorstep needs ${MIN_NODE.join('.')} or newer. Bringing one for this folder …`,
  );
  npm(['rebuild', 'node', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!existsSync(own))
    fail('Node could not be brought.', 'Install Node 24 from https://nodejs.org and run the command again.');
}

function findFfmpeg() {
  if (process.env.FFMPEG_PATH && versionOf(process.env.FFMPEG_PATH, ['-version'])) return;
  if (versionOf('ffmpeg', ['-version']) || packagedFfmpeg()) return;
  if (aptInstall('ffmpeg')) return;
  say('Fetching the ffmpeg that comes with ffmpeg-for-homebridge …');
  npm(['rebuild', 'ffmpeg-for-homebridge', '--loglevel=error'], { mayFail: true });
  if (!packagedFfmpeg()) fail('ffmpeg was not found.', `Run: ${installCommand('ffmpeg')}`);
}

/** Brings the programs that only tests need, where that is possible; tests without theirs are skipped and say so. */
function findTestPrograms() {
  const binaries = [
    '/usr/bin',
    '/usr/sbin',
    '/usr/local/bin',
    '/usr/local/sbin',
    '/opt/homebrew/bin',
    '/opt/homebrew/sbin',
  ];
  // A server's package may open its ports to the network at once: that is for the owner of the machine to do.
  const left = startsServers({ exists: existsSync, read: readText });
  for (const { names, variable, packaged, tests, serves = false } of TEST_PROGRAMS) {
    const usual = names.flatMap((name) => binaries.map((folder) => join(folder, name)));
    if ([process.env[variable], ...usual].some((path) => path && existsSync(path))) continue;
    if (!(serves && left) && aptInstall(packaged)) continue;
    say(
      `${names[0]} was not found; ${tests} will be skipped and say so. To have them: ${installCommand(packaged)}`,
    );
  }
}

/** On Debian as root: installs a package and says so. False where that is not possible. */
function aptInstall(name) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return false;
  say(`Installing ${name} with apt …`);
  // RUNLEVEL: what is installed is not started, where a script and not systemd would do that.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args) =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  apt('update', '-qq');
  return apt('install', '-y', '-qq', '--no-install-recommends', name);
}

/** '' where there is no such file. */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function packagedFfmpeg() {
  const path = join(
    root,
    'node_modules',
    'ffmpeg-for-homebridge',
    process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg',
  );
  return existsSync(path) && versionOf(path, ['-version']) !== '';
}

function installCommand(name) {
  if (process.platform === 'darwin') return `brew install ${name}`;
  if (existsSync('/usr/bin/apt-get')) return `sudo apt-get install -y ${name}`;
  if (existsSync('/sbin/apk')) return `sudo apk add ${name}`;
  if (existsSync('/usr/bin/dnf')) return `sudo dnf install -y ${name}`;
  return `install ${name} with your system's package manager`;
}

/** What a program prints about its version, or '' when it can't be run. */
function versionOf(file, args) {
  try {
    return (
      execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0] ?? ''
    );
  } catch {
    return '';
  }
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
}

function npm(args, { mayFail = false } = {}) {
  // npm tells where it is itself; on Windows `npm` is a script that can't be started without a shell.
  // Without the Node that runs this (see `bringNode`), PATH has the machine's own next.
  const node = existsSync(process.execPath) ? process.execPath : 'node';
  const [file, before] = process.env.npm_execpath ? [node, [process.env.npm_execpath]] : ['npm', []];
  const { status } = spawnSync(file, [...before, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0 && !mayFail)
    fail(`npm ${args[0]} failed.`, 'Its message above says why; run the command again when that is mended.');
}

function say(text) {
  console.log(`[setup] ${text}`);
}

function fail(what, cure) {
  console.error(`[setup] ${what} ${cure}`);
  process.exit(1);
}
