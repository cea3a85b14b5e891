/** What can go wrong with storage. After each, nothing that was promised may be missing. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mountMemory, unmount } from '../../test/support/mounting.ts';
import { Bed, type BedOptions, type Place } from './bed.ts';
import type { RunOutcome } from './outcome.ts';
import { type FolderPlace, mounted, SERVERS } from './places.ts';

export type Given = Pick<BedOptions<Place>, 'source' | 'ffmpeg'>;

export interface Fault {
  name: string;
  /** How often a full bench does it. */
  times: number;
  run(given: Given, times: number): Promise<RunOutcome[]>;
}

/** How long a fault lasts, in ms. */
const WHILE_MS = 6000;
/** Kills that one storage takes before it is looked at: one in life is killed more than once too. */
const KILLS_A_BED = 10;
/** Room for about 15 s of footage. */
const SMALL_SPOOL_MIB = 3;

const random = (from: number, to: number) => from + Math.random() * (to - from);

export const FAULTS: readonly Fault[] = [
  killing('kill -9 of the hub', 40, async (bed) => {
    await bed.killHub();
    await bed.start();
  }),
  killing('kill -9 of the keeper', 30, (bed) => killOne(bed, 'keeper-main')),
  killing('kill -9 of the ffmpeg that reads the camera', 30, (bed) => killOne(bed, 'rtsp://')),
  share(
    'NAS replaced by an empty folder',
    (place) => place.away(),
    (place) => place.back(),
  ),
  share(
    'NAS turns read only',
    (place) => place.readOnly(true),
    (place) => place.readOnly(false),
  ),
  share(
    'NAS full',
    (place) => place.full(true),
    (place) => place.full(false),
  ),
  ...Object.entries(SERVERS).flatMap(([kind, place]) => [
    {
      name: `${kind} server hangs`,
      times: 2,
      run: each({ place }, async (bed) => {
        const keepers = bed.rig.programs('keeper-main');
        bed.place.server.pause();
        bed.rig.order({ do: 'ring' });
        await bed.rig.until('another keeper', () =>
          bed.rig.programs('keeper-main').some((pid) => !keepers.includes(pid)),
        );
        bed.place.server.resume();
      }),
    },
    {
      name: `${kind} server refuses`,
      times: 2,
      run: each({ place }, async (bed) => {
        await bed.place.server.kill();
        bed.rig.order({ do: 'ring' });
        await bed.record(WHILE_MS);
        await bed.place.server.start();
      }),
    },
    {
      name: `${kind} server dies mid-copy`,
      times: 3,
      run: each({ place }, async (bed) => {
        await bed.copying();
        await bed.place.server.kill();
        await bed.record(WHILE_MS);
        await bed.place.server.start();
      }),
    },
  ]),
  {
    name: 'spool full',
    times: 3,
    run: each({ place: mounted(), spoolPath: smallSpool }, async (bed) => {
      bed.place.away();
      await bed.record(5 * WHILE_MS);
      bed.place.back();
    }),
  },
  {
    name: 'clock set back by an hour',
    times: 3,
    run: each({ place: mounted() }, async (bed) => {
      bed.rig.order({ do: 'step-clock', ms: -3_600_000 });
      bed.rig.order({ do: 'ring' });
      await bed.record(2 * WHILE_MS);
    }),
  },
  {
    name: 'index deleted',
    times: 3,
    run: each({ place: mounted() }, async (bed) => {
      await bed.killHub();
      for (const ending of ['', '-wal', '-shm']) {
        rmSync(join(bed.storage, 'doorstep', `recordings.sqlite${ending}`), { force: true });
      }
      await bed.start();
      await bed.rig.until(
        'the index made again',
        ({ storage }) => storage.target.state === 'ready' && !storage.rebuilding && storage.clips > 0,
      );
    }),
  },
];

/** Kills at random moments, several times on the same storage. */
function killing(name: string, times: number, kill: (bed: Bed<Place>) => Promise<void>): Fault {
  return {
    name,
    times,
    async run(given, wanted) {
      const outcomes: RunOutcome[] = [];
      for (let left = wanted; left > 0; left -= KILLS_A_BED) {
        const kills = Math.min(left, KILLS_A_BED);
        const harm = async (bed: Bed<Place>) => {
          for (let done = 0; done < kills; done++) {
            bed.rig.order({ do: 'ring' });
            await bed.record(random(200, 4000));
            await kill(bed);
          }
        };
        outcomes.push(await inBed({ ...given, place: mounted() }, harm, kills));
      }
      return outcomes;
    },
  };
}

async function killOne(bed: Bed<Place>, word: string): Promise<void> {
  const [pid] = bed.rig.programs(word);
  if (pid === undefined) throw new Error(`There is no ${word} to kill.`);
  process.kill(pid, 'SIGKILL');
  // The next kill is of the one that takes its place.
  await bed.rig.until(`another ${word}`, () => bed.rig.programs(word).some((each) => each !== pid));
}

/** A share that is mounted, harmed for a while, and mended. */
function share(name: string, harm: (place: FolderPlace) => void, mend: (place: FolderPlace) => void): Fault {
  const run = each({ place: mounted({ mib: 128 }) }, async (bed) => {
    harm(bed.place);
    bed.rig.order({ do: 'ring' });
    await bed.record(WHILE_MS);
    mend(bed.place);
  });
  return { name, times: 3, run };
}

type MakePlace<P extends Place> = BedOptions<P>['place'];

/** The same fault as often as wanted, each time in a storage of its own, some time after the first recording arrived. */
function each<P extends Place>(
  options: Omit<BedOptions<P>, keyof Given>,
  harm: (bed: Bed<P>) => Promise<void>,
): Fault['run'] {
  return async (given, times) => {
    const outcomes: RunOutcome[] = [];
    for (let done = 0; done < times; done++) {
      outcomes.push(
        await inBed({ ...given, ...options }, async (bed) => {
          await bed.record(random(0, 3000));
          await harm(bed);
        }),
      );
    }
    return outcomes;
  };
}

async function inBed<P extends Place>(
  options: BedOptions<P>,
  harm: (bed: Bed<P>) => Promise<void>,
  times = 1,
): Promise<RunOutcome> {
  const bed = await Bed.make(options);
  try {
    await bed.startAndStore();
    await harm(bed);
    return await bed.outcome(times);
  } finally {
    await bed[Symbol.asyncDispose]();
  }
}

function smallSpool(closing: Parameters<MakePlace<Place>>[0], folder: string): string {
  const path = join(folder, 'small');
  mountMemory(path, SMALL_SPOOL_MIB);
  closing.defer(() => unmount(path, { lazy: true }));
  return join(path, 'spool');
}
