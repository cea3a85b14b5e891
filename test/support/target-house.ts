/** A spool and a folder as its target, proven and open, for tests of what goes between them. */
import { randomUUID } from 'node:crypto';
import type { TargetFacts, TargetSession } from '../../plugin/recordings/keeper/contract.ts';
import { createFolderTarget } from '../../plugin/recordings/keeper/folder-target.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { Closing } from '../../plugin/system/closing.ts';
import { type FolderPlace, makeFolderPlace } from './folder-place.ts';
import { type SpoolHouse, spoolHouse } from './spool-house.ts';

export interface TargetHouse extends AsyncDisposable {
  house: SpoolHouse;
  place: FolderPlace;
  session: TargetSession;
  facts: TargetFacts;
}

export async function targetHouse(): Promise<TargetHouse> {
  const closing = new Closing();
  const house = closing.use(spoolHouse());
  const place = closing.use(await makeFolderPlace());
  const target = closing.use(createFolderTarget(place.config, { clock: systemClock }));
  const facts = await target.setUp({ id: randomUUID(), sure: true });
  const session = closing.use(await target.open(facts));
  return { house, place, session, facts, [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose]() };
}
