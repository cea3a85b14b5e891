/**
 * Loaded into the hub's Homebridge by `NODE_OPTIONS=--import`: measures how late its event loop is, and writes that to the file
 * named by `BENCH_LOOP_FILE` on SIGUSR2. The plugin knows nothing of it.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is looked at, in ms; a tick that is not late comes this long after the one before. */
const RESOLUTION_MS = 10;

const file = process.env.BENCH_LOOP_FILE;
// The simulator inherits the option, too.
if (file && process.argv[1]?.endsWith('homebridge.js')) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  process.on('SIGUSR2', () => {
    const { count, max } = histogram;
    const text = JSON.stringify({
      count,
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      max: late(max),
    });
    histogram.reset();
    // Whoever waits for the file shall find it whole.
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  });
}
