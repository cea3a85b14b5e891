import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BEGUN, makeLog, newSigner } from '../../../test/support/share-log.ts';
import { dropTextsBefore } from './drop-texts.ts';
import { lineText, parseLine, shortForm } from './entry.ts';
import { headLine, parseHeads, type SignedHead } from './heads.ts';
import { linesOf } from './log-lines.ts';
import { verifyLog } from './verify-log.ts';

const signer = newSigner();
const { publicKeySsh } = signer;
const SIZE = 12;
const { lines, heads } = makeLog({ signer, size: SIZE, headsAt: [1, 6, 10, SIZE] });
const outsideHeads = heads.slice(1, 3);
/** The last that left the house, of 10 entries. */
const kept = heads[2] as SignedHead;

const edited = (text: string, from: string, to: string) => {
  expect(text).toContain(from);
  return text.replace(from, to);
};
const changed = (index: number, change: (text: string) => string) =>
  lines.map((text, at) => (at === index ? change(text) : text));
const first = (given: readonly string[], own = heads) =>
  verifyLog(given, own, { outsideHeads, publicKeySsh }).findings[0];

test('a log that nobody touched is right', () => {
  expect(verifyLog(lines, heads, { outsideHeads, publicKeySsh })).toEqual({
    ...{ ok: true, findings: [], entries: SIZE, dropped: 0, underHeads: SIZE },
    ...{ log: '0f'.repeat(16), key: publicKeySsh },
  });
});

test('of entries that no head covers yet, it says so by the number of those that are', () => {
  const verdict = verifyLog(lines, heads.slice(0, 3), { publicKeySsh });
  expect(verdict).toMatchObject({ ok: true, entries: SIZE, underHeads: 10 });
});

describe('T10: who changes the log is found out by an old head', () => {
  test('an entry is edited: its line is named', () => {
    const given = changed(4, (text) => edited(text, 'share-4', 'share-5'));
    expect(first(given)).toMatchObject({ code: 'wrong-link', line: 5 });
    expect(first(given)?.what).toBe('Line 5 is not the one that line 6 follows: it was changed or replaced.');
  });

  test('the last entry is edited: the head names it', () => {
    const given = changed(SIZE - 1, (text) => edited(text, 'share-11', 'share-10'));
    expect(first(given)).toMatchObject({ code: 'head-differs' });
    expect(first(given)?.what).toContain('something in lines 11 to 12 was changed');
  });

  test('an entry is edited, and the chain behind it is made anew', () => {
    const { lines: given } = makeLog({
      ...{ signer, size: SIZE, headsAt: [] },
      told: (index) => (index === 8 ? 'other' : `share-${index}`),
    });
    const finding = first(given);
    expect(finding).toMatchObject({ code: 'head-differs' });
    expect(finding?.what).toContain('something in lines 7 to 10 was changed');
  });

  test('an entry is deleted', () => {
    expect(first(lines.toSpliced(4, 1))).toMatchObject({ code: 'wrong-index', line: 5 });
  });

  test('two entries are swapped', () => {
    const [one, other] = [lines[4] ?? '', lines[5] ?? ''];
    expect(first(lines.toSpliced(4, 2, other, one))).toMatchObject({ code: 'wrong-index', line: 5 });
  });

  test('it is cut off, and the heads of the house with it', () => {
    const finding = first(lines.slice(0, 9), heads.slice(0, 2));
    expect(finding).toMatchObject({ code: 'head-beyond' });
    expect(finding?.what).toContain('tells of 10 entries, and there are fewer');
    // Without the head that left the house nobody would know.
    expect(verifyLog(lines.slice(0, 9), heads.slice(0, 2), { publicKeySsh }).ok).toBe(true);
  });

  test('it is rebuilt from the start without the key', () => {
    const thief = newSigner();
    const { lines: given, heads: own } = makeLog({ signer: thief, size: SIZE, headsAt: [1, SIZE] });
    expect(first(given, own)).toMatchObject({ code: 'other-key', line: 1 });
    // The old head says so too where nobody knows the key of the house.
    const [finding] = verifyLog(given, own, { outsideHeads }).findings;
    expect(finding).toMatchObject({ code: 'head-unsigned' });
  });

  test('an old backup of it is put back, and goes on from there', () => {
    const { lines: given, heads: own } = makeLog({
      ...{ signer, size: SIZE + 5, headsAt: [1, 6, SIZE + 5] },
      told: (index) => (index >= 7 ? `later-${index}` : `share-${index}`),
    });
    const finding = first(given, own);
    expect(finding).toMatchObject({ code: 'head-differs' });
    expect(finding?.what).toContain('The head kept elsewhere of 2026-11-22T00:09:00.000Z');
  });

  test('it is rebuilt with the stolen key: nothing in the house shows it, a head outside does', () => {
    const { lines: given, heads: own } = makeLog({
      ...{ signer, size: SIZE, headsAt: [1, 6, 10, SIZE] },
      told: (index) => `invented-${index}`,
    });
    expect(verifyLog(given, own, { publicKeySsh }).ok).toBe(true);
    expect(first(given, own)).toMatchObject({ code: 'head-differs' });
    const other = makeLog({ signer, size: SIZE, headsAt: [1, SIZE], log: 'ab'.repeat(16) });
    expect(first(other.lines, other.heads)).toMatchObject({ code: 'head-of-another-log' });
  });
});

describe('heads', () => {
  test.each([
    ['its length', '\n10\n', '\n11\n'],
    ['its time', '00:09:00', '00:09:01'],
    ['its signature', '— doorstep-log/0f', '— doorstep-log/0e'],
  ])('one with %s changed is not signed', (_, from, to) => {
    const head = parseHeads(edited(kept.note, from, to)).heads;
    expect(head).toHaveLength(1);
    expect(verifyLog(lines, heads, { outsideHeads: head }).findings).toMatchObject([
      { code: 'head-unsigned' },
    ]);
  });

  test('they are found in a mail, and on one line of a statement', () => {
    expect(parseHeads(`Dear owner,\r\n\r\n${kept.note.replaceAll('\n', '\r\n')}\r\nbye`).heads).toEqual([
      kept,
    ]);
    expect(headLine(kept)).not.toContain('\n');
    expect(parseHeads(`Log-Head: ${headLine(kept)}\n`)).toEqual({ heads: [kept], rest: 'Log-Head:' });
  });

  test('all of them gone, or something else among them', () => {
    expect(first(lines, [])).toMatchObject({ code: 'no-heads' });
    expect(verifyLog(lines, heads, { headsRest: 'x' }).findings).toMatchObject([
      { code: 'heads-unreadable' },
    ]);
  });

  test('a hundred that are wrong for one reason are one finding', () => {
    const many = Array.from({ length: 100 }, () => kept);
    expect(verifyLog(lines.slice(0, 9), [...heads.slice(0, 2), ...many]).findings).toHaveLength(1);
  });
});

describe('texts that are gone', () => {
  const gone = (index: number) =>
    changed(index, (text) => {
      const line = parseLine(text);
      return typeof line === 'string' ? text : lineText(shortForm(line));
    });

  test('without a word, they are a finding, though the chain holds', () => {
    expect(first(gone(4))).toMatchObject({ code: 'text-missing', line: 5 });
    expect(first(gone(0))).toMatchObject({ code: 'no-beginning', line: 1 });
  });

  test('after their time they are not, and old heads still fit', () => {
    const { lines: given, through, dropped } = dropTextsBefore(lines, BEGUN + 4.5 * 60_000);
    expect({ through, dropped }).toEqual({ through: 4, dropped: 4 });
    expect(given.join()).not.toContain('share-4');
    expect(given.join()).toContain('share-5');
    const { lines: told } = dropTextsBefore(given, BEGUN + 4.5 * 60_000);
    expect(told).toEqual(given);
    expect(verifyLog(given, heads, { publicKeySsh }).findings).toMatchObject([
      { code: 'text-missing', line: 2 },
    ]);
  });
});

describe('for any log', () => {
  test('a change of any one byte of it is found', () => {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ change;
        return !verifyLog(linesOf(other).lines, heads.slice(-1), { publicKeySsh }).ok;
      }),
      { numRuns: 500 },
    );
  });

  test('a change of any one byte of a head is found', () => {
    const bytes = Buffer.from(kept.note);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ change;
        const { heads: found, rest } = parseHeads(other.toString());
        // Line breaks may be blanks or missing, as on paper; then it says the same.
        if (found[0]?.note === kept.note) return bytes[at] === 10;
        return rest !== '' || !verifyLog(lines, found, { publicKeySsh }).ok;
      }),
      { numRuns: 300 },
    );
  });

  test('whatever the lines are, it says something and throws nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...lines))), (any) => {
        expect(verifyLog(any, heads).entries).toBeLessThanOrEqual(any.length);
      }),
    );
  });
});
