/** The hub of the storage bench: a camera, its recorders and the recordings as the plugin has them, without HomeKit and API. Talks as `rig-words.ts` says. */
import { mkdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { findFfmpeg } from '../../plugin/camera/ffmpeg.ts';
import { openCamera } from '../../plugin/camera/rtsp-camera.ts';
import { EventBus } from '../../plugin/events/bus.ts';
import { openJournal } from '../../plugin/events/journal.ts';
import { storageFolder } from '../../plugin/hub/storage-folder.ts';
import { readConfig } from '../../plugin/read-config.ts';
import { startContinuous } from '../../plugin/recordings/continuous.ts';
import { startRecorder } from '../../plugin/recordings/recorder.ts';
import { recordingMode, whatIsRecorded } from '../../plugin/recordings/recording-mode.ts';
import { openRecordings } from '../../plugin/recordings/recordings.ts';
import { startChild } from '../../plugin/system/child.ts';
import { type Clock, systemClock } from '../../plugin/system/clock.ts';
import { Closing } from '../../plugin/system/closing.ts';
import type { Log } from '../../plugin/system/log.ts';
import { endOrphans, withPidFile } from '../../plugin/system/orphans.ts';
import type { RigOrder, RigSetup, RigState } from './rig-words.ts';

const REF = { id: '01RIG', name: 'Front door', slug: 'front-door' };

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = await lines.next();
const setup = JSON.parse(String(first.value)) as RigSetup;

let stepped = 0;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + stepped };
const say = (line: string) => console.error(line);
const log: Log = { debug: () => {}, info: say, warn: say, error: say };
const closing = new Closing();
await run();
await closing[Symbol.asyncDispose]();
process.exit(0);

async function run(): Promise<void> {
  const { config, problems } = readConfig({ recordings: setup.recordings });
  for (const { what, cure } of problems) log.warn(`${what} ${cure}`);
  const folder = storageFolder(setup.storage);
  mkdirSync(folder.root, { recursive: true });
  await endOrphans(folder.children, { clock, log });
  const start = withPidFile(startChild, folder.children, { log });
  const ffmpeg = await findFfmpeg({ configured: setup.ffmpeg }, { startChild: start, clock });
  const bus = new EventBus({
    journal: closing.use(openJournal({ path: folder.journal, clock, log })),
    clock,
    log,
  });
  const { url, sub } = setup;
  const streams = { main: async () => url, ...(sub && { detect: async () => sub }) };
  const camera = closing.use(
    openCamera(
      { ref: REF, kind: 'doorbell', ...streams, transport: 'tcp' },
      { ffmpeg, startChild: start, clock, log },
    ),
  );
  const recordings = closing.use(
    await openRecordings({
      cameras: [REF],
      ...{ config: config.recordings, homebridgeStorage: setup.storage, embedded: folder.recordings },
      ...{ indexPath: folder.recordingIndex, spoolFolder: config.recordings.spoolPath ?? folder.spool },
      ...{
        publish: (draft) => void bus.publish(draft),
        clock,
        log,
        startChild: start,
        segmentMs: setup.segmentMs,
      },
    }),
  );
  const services = { store: recordings, clock, log, bus };
  const { clips, snapshots, continuous } = whatIsRecorded(recordingMode(setup, config.recordings));
  if (snapshots)
    closing.use(startRecorder({ ...services, cameras: [{ camera, clips, continuous, audio: false }] }));
  if (continuous) closing.use(startContinuous({ ...services, camera, audio: false, fileMs: setup.fileMs }));

  let picturesMs = 0;
  const watching = new AbortController();
  closing.defer(() => watching.abort());
  void (async () => {
    for await (const item of camera.watch({ agoMs: 10_000, signal: watching.signal })) {
      if (item.type === 'fragment') picturesMs += item.duration * 1000;
    }
  })();

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const telling = setInterval(async () => {
    const state: RigState = {
      at: Date.now(),
      online: camera.state.online,
      storage: await recordings.storage(),
      picturesMs,
      residentMiB: process.memoryUsage.rss() / 2 ** 20,
      loopMs: delay.max / 1e6,
    };
    delay.reset();
    console.log(JSON.stringify(state));
  }, setup.tellMs);
  closing.defer(() => clearInterval(telling));

  for await (const line of lines) {
    const order = JSON.parse(line) as RigOrder;
    if (order.do === 'ring') bus.publish({ kind: 'doorbell', phase: 'ring', camera: REF, at: clock.now() });
    if (order.do === 'step-clock') stepped += order.ms;
    if (order.do === 'stop') return;
  }
}
