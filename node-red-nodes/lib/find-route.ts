import { writeRoute } from './admin-answer.ts';
import type { AnnouncedHub } from './mdns-hubs.ts';
import { searchHubs } from './mdns-search.ts';
import type { NodeRed } from './node-red.ts';

/** `POST doorstep-server/find`: the hubs that announce themselves, after about 2 s. Dialogs that ask at the same time share one search. */
export function findRoute(RED: NodeRed, search: () => Promise<AnnouncedHub[]> = searchHubs): void {
  let searching: Promise<AnnouncedHub[]> | undefined;
  writeRoute(RED, '/doorstep-server/find', async () => {
    searching ??= search().finally(() => {
      searching = undefined;
    });
    return { hubs: await searching };
  });
}
