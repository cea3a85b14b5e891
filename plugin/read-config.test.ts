import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.ts';

const camera = { name: 'Front door', main: 'rtsp://10.0.0.2/main' };

describe('readConfig', () => {
  it('fills every default', () => {
    const { config, problems } = readConfig({ platform: 'Doorstep', cameras: [camera] });
    expect(problems).toEqual([]);
    expect(config).toEqual({
      name: 'Doorstep',
      encoder: 'auto',
      api: { host: '0.0.0.0', port: 8586, allowedHosts: [], advertise: true },
      recordings: { mode: 'events', keepDays: 3, minFreeGiB: 2, spoolGiB: 8, sensor: true },
      detector: { kind: 'built-in', labels: [], command: [] },
      cameras: [
        {
          ...camera,
          kind: 'doorbell',
          transport: 'tcp',
          recordAudio: false,
          standalone: true,
          talk: { via: 'auto', output: [], halfDuplex: false },
          masks: [],
          masksBy: 'auto',
          mqtt: [],
          hap: {
            port: 0,
            secureVideo: true,
            privacySwitch: true,
            detectionSwitch: true,
            offlineSensor: true,
            packageSensor: true,
            personSensor: true,
            collectedSwitch: true,
            homeSwitch: false,
            triggerSwitches: false,
          },
          detection: { motionBy: 'both', smallest: 10, shortest: 0.6, people: true, packages: true },
        },
      ],
    });
  });

  it.each([
    ['nothing at all', undefined],
    ['a list', []],
    ['only the child bridge settings', { platform: 'Doorstep', _bridge: { username: 'x' } }],
  ])('takes %s for an empty configuration', (_, raw) => {
    const { config, problems } = readConfig(raw);
    expect(problems).toEqual([]);
    expect(config.cameras).toEqual([]);
  });

  it.each([
    [{ api: { port: 99999 } }, /api\.port must be at most 65535.*default/i],
    [{ api: { port: 'a' } }, /api\.port must be a whole number/],
    [{ recordings: { keepDays: 0 } }, /recordings\.keepDays must be at least 1/],
    [{ api: 3 }, /api must be a block in braces/],
    [{ detector: { kind: 'onnx' } }, /detector is of the kind onnx and lacks model.*nobody looks/i],
    [{ detector: { kind: 'program' } }, /detector is of the kind program and lacks command/],
    [{ detector: { model: 'porch.onnx' } }, /detector\.model is not the full path of a file/],
    [{ detector: { kind: 'onxx' } }, /detector\.kind must be one of built-in, onnx, program.*nobody looks/],
    [{ detector: 'onnx' }, /detector must be a block in braces.*nobody looks/],
    [
      { cameras: [{ ...camera, detection: { shortest: 'a' } }] },
      /detection\.shortest, must be a number.*default/,
    ],
    [{ cameras: 'x' }, /cameras must be a list/],
    [{ cameras: [7] }, /camera 1 must be a block in braces/],
    [{ cameras: [{ name: 'Front door' }] }, /camera 1 \(Front door\) lacks main/],
    [{ cameras: [{ ...camera, main: 'http://x' }] }, /camera 1 \(Front door\), main, is not an RTSP address/],
    [{ cameras: [{ ...camera, name: '🚪 Door' }] }, /name, must start and end with a letter or digit/],
    [
      { cameras: [{ ...camera, kind: 'gate' }] },
      /camera 1 \(Front door\), kind, must be one of doorbell, camera/,
    ],
  ])('reports %j in one sentence with a cure', (raw, words) => {
    const { problems } = readConfig(raw);
    expect(problems).toHaveLength(1);
    expect(`${problems[0]?.what} ${problems[0]?.cure}`).toMatch(words);
    expect(problems[0]?.cure).not.toBe('');
  });

  it.each([{ kind: 'onxx', model: '/models/porch.onnx' }, 'onnx', 7])(
    'has no other detector look where it is not known which was meant: %j',
    (detector) => {
      expect(readConfig({ detector }).config.detector).toEqual({ kind: 'unknown' });
    },
  );

  it('takes the default for what is wrong in the detection of a camera, and keeps the rest', () => {
    const detection = { people: false, motionBy: 'nobody', smallest: 99, shortest: 2 };
    const { config, problems } = readConfig({ cameras: [{ ...camera, detection }] });
    expect(config.cameras[0]?.detection).toEqual({
      ...{ motionBy: 'both', smallest: 10, shortest: 2, people: false, packages: true },
    });
    expect(problems).toHaveLength(2);
  });

  it('keeps the good cameras and settings beside bad ones', () => {
    const { config, problems } = readConfig({
      api: { port: -1, host: '127.0.0.1' },
      recordings: { keepDays: 7 },
      cameras: [{ name: 'Bad', main: 'nope' }, camera, { ...camera }],
    });
    expect(config.cameras.map((entry) => entry.name)).toEqual(['Front door']);
    expect(config.api).toEqual({ host: '127.0.0.1', port: 8586, allowedHosts: [], advertise: true });
    expect(config.recordings.keepDays).toBe(7);
    expect(problems.map((problem) => problem.what)).toEqual([
      expect.stringContaining('api.port'),
      expect.stringContaining('camera 1 (Bad)'),
      expect.stringContaining('camera 3 (Front door) has the name of another camera'),
    ]);
  });

  it('names options it does not know, and uses the rest', () => {
    const { config, problems } = readConfig({
      sharing: {},
      api: { prot: 1 },
      cameras: [{ ...camera, colour: 'red' }],
    });
    expect(problems).toHaveLength(3);
    expect(problems.map((problem) => problem.what).join(' ')).toMatch(
      /"sharing".*"api.prot".*"camera 1 \(Front door\).colour"/,
    );
    expect(config.cameras).toHaveLength(1);
  });

  it('keeps a camera that has an unknown option inside', () => {
    const { config, problems } = readConfig({
      cameras: [{ ...camera, hap: { port: 51900, colour: 'red' } }],
    });
    expect(problems.map((problem) => problem.what)).toEqual([
      expect.stringContaining('"camera 1 (Front door).hap.colour" is not an option'),
    ]);
    expect(config.cameras[0]?.hap.port).toBe(51900);
  });

  it('treats fields left blank in the settings form as absent', () => {
    const { config, problems } = readConfig({ ffmpegPath: '', cameras: [{ ...camera, detect: '' }] });
    expect(problems).toEqual([]);
    expect(config.ffmpegPath).toBeUndefined();
    expect(config.cameras[0]).not.toHaveProperty('detect');
  });

  it('takes blocks and rows that a settings form wrote and nobody filled in for none', () => {
    const { config, problems } = readConfig({
      mqtt: { username: '', topic: 'doorstep', homeAssistant: true, pictures: false },
      cameras: [
        {
          ...camera,
          onvif: { host: '', port: 80, events: true, topics: [] },
          talk: { output: ['', null] },
          mqtt: [{}, { topic: 'bell', payload: '', kind: 'ring' }],
        },
      ],
    });
    expect(problems).toEqual([]);
    expect(config).not.toHaveProperty('mqtt');
    expect(config.cameras[0]).not.toHaveProperty('onvif');
    expect(config.cameras[0]).toMatchObject({
      talk: { output: [] },
      mqtt: [{ topic: 'bell', kind: 'ring' }],
    });
  });

  it('knows no broker without an address, and takes none for it', () => {
    const { config, problems } = readConfig({ mqtt: { url: 'http://broker', username: 'door' } });
    expect(problems.map(({ what }) => what)).toEqual([expect.stringMatching(/mqtt\.url is not the address/)]);
    expect(config).not.toHaveProperty('mqtt');
  });

  it.each([
    ['topic', 'doorstep/#', /mqtt\.topic is not a topic/],
    ['topic', 'homeassistant', /mqtt\.topic is where Home Assistant speaks itself/],
    ['discoveryPrefix', 'doorstep', /mqtt\.topic is where Home Assistant speaks itself/],
    ['discoveryPrefix', '/homeassistant', /mqtt\.discoveryPrefix is not a topic/],
    ['ca', 'ca.pem', /mqtt\.ca is not the full path of a file/],
  ])('takes the default for a wrong mqtt.%s', (key, value, words) => {
    const { config, problems } = readConfig({ mqtt: { url: 'mqtts://broker', [key]: value } });
    expect(problems.map(({ what }) => what)).toEqual([expect.stringMatching(words)]);
    expect(config.mqtt).toEqual({
      ...{ url: 'mqtts://broker', username: '', password: '', topic: 'doorstep' },
      ...{ homeAssistant: true, discoveryPrefix: 'homeassistant', pictures: false, commands: false },
    });
  });

  it.each([
    [
      'onvif',
      { host: 'http://10.0.0.2' },
      /onvif\.host, is not a network address.*"onvif" of this camera is left out/,
    ],
    ['talk', { via: 'carrier pigeon' }, /talk\.via, must be one of.*"talk" of this camera/],
    ['mqtt', [{ topic: 'bell', kind: 'knock' }], /mqtt\.0\.kind, must be one of.*"mqtt" of this camera/],
    ['hap', { port: -1 }, /hap\.port, must be at least 0.*"hap" of this camera/],
  ])('keeps a camera whose %s is wrong, without that', (key, block, words) => {
    const { config, problems } = readConfig({ cameras: [{ ...camera, [key]: block }] });
    expect(problems.map(({ what, cure }) => `${what} ${cure}`)).toEqual([expect.stringMatching(words)]);
    expect(config.cameras).toHaveLength(1);
  });

  it.each([
    [
      [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    ],
    [
      [
        [
          [0, 0],
          [1, 0],
          [2, 2],
        ],
      ],
    ],
    ['left half'],
  ])('a camera whose masks are wrong is not shown without them: %j', (masks) => {
    const { config, problems } = readConfig({ cameras: [{ ...camera, masks }] });
    expect(problems).toHaveLength(1);
    expect(config.cameras).toEqual([]);
  });

  it('takes a camera that is known by ONVIF alone', () => {
    const onvif = { host: '10.0.0.2', username: 'u', password: 'p' };
    const { config, problems } = readConfig({ cameras: [{ name: 'Front door', onvif }] });
    expect(problems).toEqual([]);
    expect(config.cameras[0]).toMatchObject({ onvif: { ...onvif, port: 80, events: true, topics: [] } });
  });

  it('does not print the password of a stream it refuses', () => {
    const { problems } = readConfig({ cameras: [{ ...camera, main: 'http://me:hunter2@10.0.0.2/' }] });
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('takes a target that nobody filled in for none', () => {
    for (const target of [{}, { kind: 'folder' }, { kind: 'folder', path: '', username: '', password: '' }]) {
      const { config, problems } = readConfig({ recordings: { target } });
      expect(problems).toEqual([]);
      expect(config.recordings).not.toHaveProperty('target');
    }
  });

  it.each([
    { kind: 'folder', path: '/mnt/nas/doorstep' },
    { kind: 'folder', path: 'Z:\\doorstep' },
    { kind: 'webdav', url: 'https://10.0.0.5:5006/doorstep', username: 'u', password: 'p' },
    { kind: 'webdav', url: 'http://nas.local/remote.php/dav/files/me@home.example/', username: 'u' },
    { kind: 'rclone', remote: 'nas:doorstep' },
    { kind: 'webdav', url: 'https://dav.example', outsideHome: 'I know that recordings leave my home' },
  ])('takes the target %j', (target) => {
    const { config, problems } = readConfig({ recordings: { target } });
    expect(problems).toEqual([]);
    expect(config.recordings.target).toMatchObject(target);
  });

  it.each([
    [{ kind: 'folder', path: 'nas/doorstep' }, 'folder', /target\.path is not the full path of a folder/],
    [{ kind: 'folder', path: '/' }, 'folder', /target\.path is a whole disk/],
    [{ kind: 'webdav', url: 'nas.local' }, 'webdav', /target\.url is not the address of a folder/],
    [
      { kind: 'webdav', url: 'https://me:hunter2@nas.local/x' },
      'webdav',
      /user and password.*their own fields/,
    ],
    [{ kind: 'rclone', remote: 'nas' }, 'rclone', /target\.remote is not a remote of rclone/],
    [
      { kind: 'webdav', url: 'https://10.0.0.5/', fingerprint: '12:34' },
      'webdav',
      /target\.fingerprint is not a SHA-256 fingerprint/,
    ],
    [{ path: '/mnt/nas/doorstep' }, 'folder', /recordings\.target lacks kind/],
    [{ kind: 'ftp', path: '/mnt/nas' }, 'folder', /target\.kind must be one of folder, webdav, rclone/],
    ['/mnt/nas', 'folder', /recordings\.target must be a block/],
  ])('a slip of the pen sends no recording elsewhere: %j', (target, kind, words) => {
    const { config, problems } = readConfig({ recordings: { target } });
    expect(problems.map(({ what, cure }) => `${what} ${cure}`)).toEqual([expect.stringMatching(words)]);
    expect(problems[0]?.cure).toContain('wait in the spool');
    expect(JSON.stringify(problems)).not.toContain('hunter2');
    // A target without a place: nobody takes it for the embedded one.
    expect(config.recordings.target).toMatchObject({ kind });
    for (const place of ['path', 'url', 'remote']) expect(config.recordings.target).not.toHaveProperty(place);
  });

  it.each([
    [{ keepDays: 3, keepContinuousDays: 7 }, 'keepContinuousDays', /longer than recordings\.keepDays, 3/],
    [{ spoolPath: '/' }, 'spoolPath', /whole disk/],
    [{ spoolPath: 'spool' }, 'spoolPath', /not the full path of a folder/],
    [
      { spoolPath: '/mnt/nas/doorstep/spool', target: { kind: 'folder', path: '/mnt/nas/doorstep' } },
      'spoolPath',
      /the folder of the target must not lie in one another/,
    ],
    [
      { spoolPath: '/mnt', target: { kind: 'folder', path: '/mnt/nas/doorstep/' } },
      'spoolPath',
      /the folder of the target must not lie in one another/,
    ],
    [
      { spoolPath: '/var/spool/doorstep', rollingPath: '/var/spool/doorstep' },
      'rollingPath',
      /the folder of the spool must not lie in one another/,
    ],
  ])('options that do not fit together, %j: %s is left out', (recordings, key, words) => {
    const { config, problems } = readConfig({ recordings });
    expect(problems.map(({ what, cure }) => `${what} ${cure}`)).toEqual([expect.stringMatching(words)]);
    expect(config.recordings).not.toHaveProperty(key);
  });

  it('names words that are not the words for a target outside the home', () => {
    const target = { kind: 'webdav', url: 'https://dav.example', outsideHome: 'yes' };
    const { problems } = readConfig({ recordings: { target } });
    expect(problems.map(({ what }) => what)).toEqual([expect.stringContaining('target.outsideHome is not')]);
  });

  it('lets a camera have a mode of its own', () => {
    const { config, problems } = readConfig({
      recordings: { mode: 'both' },
      cameras: [{ ...camera, record: 'off' }],
    });
    expect(problems).toEqual([]);
    expect([config.recordings.mode, config.cameras[0]?.record]).toEqual(['both', 'off']);
  });
});
