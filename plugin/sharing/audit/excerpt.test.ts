import { expect, test } from 'vitest';
import { makeLog, newSigner } from '../../../test/support/share-log.ts';
import { excerptFault, excerptOf } from './excerpt.ts';
import { parseHeads, type SignedHead } from './heads.ts';

const signer = newSigner();
const { lines, heads } = makeLog({
  signer,
  size: 9,
  headsAt: [6, 9],
  told: (index) => (index % 3 === 0 ? 'ours' : 'theirs'),
});
const [early, head] = heads as [SignedHead, SignedHead];
const excerpt = excerptOf(lines, ({ facts }) => facts.share === 'ours');
const fault = (texts: readonly string[], by = head) => excerptFault(texts, by, signer.publicKeySsh);

test('it tells of one share, nothing of the others, and proves itself', () => {
  expect(excerpt).toHaveLength(6);
  expect(excerpt.filter((line) => line.includes('"ours"'))).toHaveLength(2);
  expect(excerpt.join()).not.toMatch(/theirs|log-begun/);
  expect(fault(excerpt)).toBeUndefined();
  expect(fault(excerpt, parseHeads(head.note.replaceAll('\n', '\r\n')).heads[0])).toBeUndefined();
});

test.each([
  ['a word changed', excerpt.map((line) => line.replace('"ours"', '"hers"')), /Line \d/],
  ['a line taken out', excerpt.toSpliced(2, 1), /Line 3 should be entry 5/],
  ['the end cut off', excerpt.slice(0, -1), /do not end where the head/],
  ['nothing in it', [], /do not end where the head/],
])('with %s it does not', (_, texts, why) => {
  expect(fault(texts)).toMatch(why);
});

test('another head, or another key, proves nothing', () => {
  expect(fault(excerpt, early)).toMatch(/do not end/);
  expect(excerptFault(excerpt, head, newSigner().publicKeySsh)).toMatch(/not signed/);
});

test('where nothing is told, there is no excerpt', () => {
  expect(excerptOf(lines, () => false)).toEqual([]);
});
