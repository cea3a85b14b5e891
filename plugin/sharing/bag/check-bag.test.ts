import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anyText, bagFacts, bagHouse, fixedSigner } from '../../../test/support/bag-house.ts';
import { makeAuthority } from '../../../test/support/timestamp-authority.ts';
import { checkBag } from './check-bag.ts';
import { BAG_NAMESPACE } from './contract.ts';
import { encodePath } from './manifest.ts';
import { signedText } from './sshsig.ts';
import { writeBag } from './write-bag.ts';

const house = bagHouse();
const { signer } = house.options;
let made: string;
let bag: string;
let copies = 0;

beforeAll(async () => {
  const timestamp = await makeAuthority(join(house.root, 'authority'));
  const facts = { ...bagFacts, id: 'share-1' };
  ({ folder: made } = await writeBag(facts, [house.clip({ full: true })], { ...house.options, timestamp }));
});
afterAll(() => house[Symbol.dispose]());
beforeEach(() => {
  bag = join(house.root, `copy-${++copies}`);
  cpSync(made, bag, { recursive: true });
});

const at = (path: string) => join(bag, path);
const read = (path: string) => readFileSync(at(path), 'utf8');
const sha256 = (path: string) =>
  createHash('sha256')
    .update(readFileSync(at(path)))
    .digest('hex');
function edit(path: string, change: (text: string) => string): void {
  writeFileSync(at(path), change(readFileSync(at(path), 'latin1')), 'latin1');
}
/** What who changed a file would do next, without the owner's key. */
function listAnew(path: string, manifest: string): void {
  edit(manifest, (text) =>
    text.replace(new RegExp(`^[0-9a-f]{64}  ${path}$`, 'm'), `${sha256(path)}  ${path}`),
  );
}
/** The faults found, in words. */
async function faults(options?: Parameters<typeof checkBag>[1]): Promise<string[]> {
  const { ok, findings } = await checkBag(bag, options);
  const bad = findings.filter((finding) => !finding.ok).map(({ what }) => what);
  expect(ok).toBe(bad.length === 0);
  return bad;
}

it('finds nothing wrong with a bag as it was made, and says whose it is and of when', async () => {
  const report = await checkBag(bag);
  expect(report).toMatchObject({ ok: true, signedBy: signer.keyId, datedAt: expect.any(Number) });
  expect(report.findings.map(({ what }) => what)).toEqual([
    'All 15 files are those that are listed.',
    'The checksums of all listed files are right.',
    `It is signed by the key ${signer.keyId}. Ask the owner whether that is theirs.`,
    expect.stringMatching(/^The timestamp is for these files: 2\d{3}-/),
    'The 2 lines of the log of shares are as they were signed.',
  ]);
});

describe('finds', () => {
  const VIDEO = 'data/viewing/clip-1.mp4';
  it.each<[string, () => void, RegExp]>([
    [
      'a changed video',
      () => edit(VIDEO, (text) => `x${text.slice(1)}`),
      /^"data\/viewing\/clip-1.mp4" has been changed/,
    ],
    ['a cut video', () => truncateSync(at(VIDEO), 100), /has been changed/],
    ['a missing video', () => rmSync(at(VIDEO)), /is listed, and it is not there/],
    ['another name', () => renameSync(at(VIDEO), at('data/viewing/clip-2.mp4')), /no manifest lists it/],
    [
      'a file more',
      () => writeFileSync(at('data/note.txt'), 'x'),
      /"data\/note.txt" is in the folder, and no manifest/,
    ],
    [
      'a file more beside',
      () => writeFileSync(at('READ ME\n.txt'), 'x'),
      /^"READ ME\\n.txt" is in the folder/,
    ],
    [
      'a second timestamp',
      () => writeFileSync(at('tagmanifest-sha256.txt.tsr2'), 'x'),
      /no manifest lists it/,
    ],
    [
      'a changed statement',
      () => appendFileSync(at('data/STATEMENT.txt'), 'and more'),
      /STATEMENT.txt" has been changed/,
    ],
    [
      'a line of the log less',
      () => edit('data/custody.jsonl', (text) => text.replace(/^.*\n/, '')),
      /custody/,
    ],
    [
      'a word of the log changed',
      () => edit('data/custody.jsonl', (text) => text.replace('share-2', 'share-3')),
      /custody.jsonl: Line/,
    ],
    [
      'the end of the log cut off',
      () => edit('data/custody.jsonl', (text) => text.replace(/[^\n]*\n$/, '')),
      /do not end where the head/,
    ],
    [
      'changed instructions',
      () => appendFileSync(at('HOW-TO-CHECK.txt'), '    rm -r ~'),
      /HOW-TO-CHECK.txt" has been changed/,
    ],
    ['no signature', () => rmSync(at('tagmanifest-sha256.txt.sshsig')), /sshsig is missing/],
    [
      'no timestamp where there was one',
      () => rmSync(at('tagmanifest-sha256.txt.tsr')),
      /There was a timestamp/,
    ],
    [
      'a timestamp that is none',
      () => writeFileSync(at('tagmanifest-sha256.txt.tsr'), 'x'),
      /timestamp cannot be read/,
    ],
    ['no manifest', () => rmSync(at('manifest-sha256.txt')), /manifest-sha256.txt is missing/],
    ['no second manifest', () => rmSync(at('tagmanifest-sha256.txt')), /tagmanifest-sha256.txt is missing/],
    ['no declaration', () => rmSync(at('bagit.txt')), /bagit.txt is missing/],
    ['another declaration', () => writeFileSync(at('bagit.txt'), 'BagIt-Version: 9\n'), /not that of a bag/],
    ['no signers', () => rmSync(at('allowed_signers')), /allowed_signers is missing/],
    [
      'a manifest without end',
      () => truncateSync(at('manifest-sha256.txt'), 2 ** 25),
      /manifest-sha256.txt cannot be read/,
    ],
  ])('%s', async (_, change, words) => {
    change();
    expect((await faults()).join('\n')).toMatch(words);
  });

  it('links, wherever they lead, and reads nothing through them (T9)', async () => {
    const secret = join(house.root, `secret-${copies}`);
    writeFileSync(secret, readFileSync(at(VIDEO)));
    rmSync(at(VIDEO));
    symlinkSync(secret, at(VIDEO));
    symlinkSync(house.root, at('data/more'));
    const found = await faults();
    expect(found).toContain(
      '"data/viewing/clip-1.mp4" is a link or something else that does not belong into a bag.',
    );
    expect(found).toContain('"data/more" is a link or something else that does not belong into a bag.');
  });

  it('too many files, and folders without end', async () => {
    mkdirSync(at('a/b/c/d/e/f/g/h/i'), { recursive: true });
    expect((await faults()).join()).toMatch(/does not belong into a bag/);
    rmSync(at('a'), { recursive: true });
    for (let n = 0; n <= 1000; n++) writeFileSync(at(`data/${n}`), '');
    expect(await faults()).toContain('There are too many files for a bag.');
  });

  it('that no bag is there', async () => {
    bag = join(house.root, 'nowhere');
    expect(await faults()).toEqual([expect.stringMatching(/^The folder cannot be read: ENOENT/)]);
  });
});

describe('is not taken in by', () => {
  it('a video that was changed together with both manifests', async () => {
    edit('data/viewing/clip-1.mp4', (text) => `x${text.slice(1)}`);
    listAnew('data/viewing/clip-1.mp4', 'manifest-sha256.txt');
    listAnew('manifest-sha256.txt', 'tagmanifest-sha256.txt');
    expect(await faults()).toEqual([
      'The signature is not that of these files.',
      'The timestamp is for other files.',
    ]);
  });

  it('one that was signed anew as well, by whom knows which key it should be', async () => {
    const other = fixedSigner(9);
    edit('data/viewing/clip-1.mp4', (text) => `x${text.slice(1)}`);
    edit('allowed_signers', (text) => text.replace(signer.publicKeySsh, other.publicKeySsh));
    listAnew('data/viewing/clip-1.mp4', 'manifest-sha256.txt');
    listAnew('manifest-sha256.txt', 'tagmanifest-sha256.txt');
    listAnew('allowed_signers', 'tagmanifest-sha256.txt');
    const message = readFileSync(at('tagmanifest-sha256.txt'));
    writeFileSync(at('tagmanifest-sha256.txt.sshsig'), signedText(message, BAG_NAMESPACE, other));
    rmSync(at('tagmanifest-sha256.txt.tsr'));
    expect((await checkBag(bag)).signedBy).toBe(other.keyId);
    expect(await faults({ key: signer.keyId })).toContain(
      `It is signed by the key ${other.keyId}, not by the one that was expected.`,
    );
  });

  it('a signature that the key made for something else', async () => {
    const message = readFileSync(at('tagmanifest-sha256.txt'));
    writeFileSync(at('tagmanifest-sha256.txt.sshsig'), signedText(message, 'file', signer));
    expect(await faults()).toEqual(['The signature is not that of these files.']);
  });

  it('a list of signers that says more than ours', async () => {
    edit('allowed_signers', (text) => `* ${fixedSigner(9).publicKeySsh}\n${text}`);
    expect(await faults()).toContain('allowed_signers has no key that can be used.');
  });

  it('a file that only the wrong manifest lists', async () => {
    writeFileSync(at('note.txt'), 'x');
    appendFileSync(at('manifest-sha256.txt'), `${sha256('note.txt')}  note.txt\n`);
    expect(await faults()).toContain('manifest-sha256.txt lists "note.txt", which does not belong there.');
  });
});

it('never rejects and never says yes, whatever paths a manifest names (T9)', async () => {
  const before = read('manifest-sha256.txt');
  const odd = fc.oneof(
    anyText(80),
    fc.constantFrom(
      '../../etc/passwd',
      '/etc/passwd',
      'data/../../secret',
      'data/\u0000',
      '-x',
      'data',
      'data/',
      'C:\\x',
      'data/%2e%2e/x',
    ),
  );
  await fc.assert(
    fc.asyncProperty(odd, async (path) => {
      writeFileSync(at('manifest-sha256.txt'), `${before}${'0'.repeat(64)}  ${encodePath(path)}\n`);
      if ((await checkBag(bag)).ok) throw new Error(`${path} was taken`);
    }),
    { numRuns: 15 },
  );
});

it('says no for any byte of any small file changed', async () => {
  const small = [
    'bagit.txt',
    'bag-info.txt',
    'manifest-sha256.txt',
    'tagmanifest-sha256.txt',
    'allowed_signers',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...small),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (name, place, bits) => {
        const before = readFileSync(at(name));
        const changed = Buffer.from(before);
        const index = place % changed.length;
        changed.writeUInt8((changed[index] ?? 0) ^ bits, index);
        writeFileSync(at(name), changed);
        const { ok } = await checkBag(bag);
        writeFileSync(at(name), before);
        if (ok) throw new Error(`${name}: byte ${index} was not missed`);
      },
    ),
    { numRuns: 25 },
  );
});

it('ends when it is called off', async () => {
  await expect(checkBag(bag, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
