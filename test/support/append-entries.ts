/** A program of its own that writes entries until it is killed: `node append-entries.ts <folder of keys> <folder of the log>`. Prints the number of each entry that is on the disk. */
import { openAuditLog } from '../../plugin/sharing/audit/audit-log.ts';
import { openSigner } from '../../plugin/sharing/keys.ts';
import { systemClock } from '../../plugin/system/clock.ts';

const [keys = '', folder = ''] = process.argv.slice(2);
const log = await openAuditLog({ folder, signer: openSigner(keys), clock: systemClock, log: console });
for (let number = 1; ; number++) {
  await log.append({ at: systemClock.now(), kind: 'revoke-begun', facts: { share: `share-${number}` } });
  process.stdout.write(`${number}\n`);
}
