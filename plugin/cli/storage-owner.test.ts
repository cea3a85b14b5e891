import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseOtherUser } from './storage-owner.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'owner-'));
});
afterEach(() => rmdirSync(folder));

test('the owner may, and nobody else, who is told whom to be', () => {
  const { uid } = statSync(folder);
  refuseOtherUser(folder);
  refuseOtherUser(folder, uid);
  refuseOtherUser(folder, undefined);
  expect(() => refuseOtherUser(folder, uid + 54_321)).toThrow(
    expect.objectContaining({
      problem: {
        code: 'other-user',
        what: expect.stringContaining(
          `belongs to ${userInfo().username}, and this runs as user ${uid + 54_321}`,
        ),
        cure: expect.stringContaining(`sudo -u ${userInfo().username} doorstep check`),
      },
    }),
  );
});
