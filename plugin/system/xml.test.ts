import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeXml, findElement, findNumber, findText, parseXml, type XmlElement } from './xml.ts';

describe('reading', () => {
  test('elements, attributes, namespaces and text', () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?><!-- a < b --><a:root xmlns:a="urn:a" xmlns="urn:default"><item a:key=\'1\' other="x &lt; y"/>' +
        ' one<!-- - --> two <![CDATA[<three>]]><deep xmlns="urn:deep"><a:x>&#65;&#x42;&amp;&nbsp;</a:x></deep></a:root>\n',
    );
    expect(root).toMatchObject({ name: 'root', namespace: 'urn:a', text: 'one two <three>' });
    const [item, deep] = root?.children ?? [];
    expect(item).toMatchObject({ name: 'item', namespace: 'urn:default' });
    expect([...(item?.attributes ?? [])]).toEqual([
      ['key', '1'],
      ['other', 'x < y'],
    ]);
    expect(deep?.namespace).toBe('urn:deep');
    expect(findElement(root, 'deep', 'x')).toMatchObject({ namespace: 'urn:a', text: 'AB&&nbsp;' });
  });

  test.each([
    ['', 'nothing'],
    ['text', 'no element'],
    ['<a>', 'no end'],
    ['<a></b>', 'another end'],
    ['</a>', 'no start'],
    ['<a/><b/>', 'two roots'],
    ['<a/>text', 'text behind'],
    ['<a b=c/>', 'no quotes'],
    ['<a b="<"/>', 'a bracket in an attribute'],
    ['<a', 'half a tag'],
    ['<a><!-- </a>', 'a comment without end'],
    ['<a><![CDATA[ </a>', 'CDATA without end'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'a document type'],
    ['<a><!ELEMENT x></a>', 'a declaration inside'],
    ['{"a":1}', 'JSON'],
  ])('%j is refused: %s', (text) => expect(parseXml(text)).toBeUndefined());

  test('depth and number of elements are bounded', () => {
    expect(parseXml('<a>'.repeat(64) + '</a>'.repeat(64))).toBeDefined();
    expect(parseXml('<a>'.repeat(65) + '</a>'.repeat(65))).toBeUndefined();
    expect(parseXml(`<r>${'<a/>'.repeat(19_999)}</r>`)).toBeDefined();
    expect(parseXml(`<r>${'<a/>'.repeat(20_000)}</r>`)).toBeUndefined();
  });

  test('what is built to take long does not', () => {
    const long = 1_000_000;
    const declarations = Array.from({ length: 20_000 }, (_, index) => ` xmlns:p${index}="u"`).join('');
    const texts = [
      `<r${declarations}>${'<a xmlns:q="u"/>'.repeat(19_000)}</r>`,
      `<a ${' '.repeat(long)}`,
      `<a ${'x'.repeat(long)}`,
      `<a${' x'.repeat(long / 2)}`,
      `<a>${'&'.repeat(long)}</a>`,
      `<a>${'&#x'.repeat(long / 3)}</a>`,
      '<!--'.repeat(long / 4),
      '<![CDATA['.repeat(long / 9),
      'xmlns'.repeat(long / 5),
    ];
    const began = performance.now();
    for (const text of texts) parseXml(text);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('numbers', () => {
    const root = parseXml('<a><b>12</b><c> -0.5 </c><d>x</d><e/></a>');
    const numbers = ['b', 'c', 'd', 'e', 'f'].map((name) => findNumber(root, name));
    expect(numbers).toEqual([12, -0.5, undefined, undefined, undefined]);
    expect(findText(root, 'e')).toBeUndefined();
  });
});

describe('properties', () => {
  test('no text makes it throw', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '</',
      '/>',
      '<a',
      '<a>',
      '</a>',
      '"',
      "'",
      '=',
      ' ',
      '&',
      '&#',
      ';',
      ':',
    );
    const broken = fc.array(
      fc.oneof(pieces, fc.constantFrom('<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', 'x')),
    );
    fc.assert(
      fc.property(broken, (parts) => void parseXml(parts.join(''))),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseXml(text)));
  });

  interface Tree {
    name: string;
    value: string;
    text: string;
    children: Tree[];
  }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.record({
      name: fc.constantFrom('a', 'Body', 'tt:SimpleItem', 'x-y.z'),
      value: fc.string({ unit: 'binary' }),
      text: fc.string({ unit: 'binary' }),
      children: fc.oneof(
        { depthSize: 'small' },
        fc.constant<Tree[]>([]),
        fc.array(tie('tree'), { maxLength: 4 }),
      ),
    }),
  }));
  const write = ({ name, value, text, children }: Tree): string =>
    `<${name} v="${escapeXml(value)}">${escapeXml(text)}${children.map(write).join('')}</${name}>`;
  /** Characters that XML has no way to write are left out; nothing else is lost. */
  const kept = (text: string) =>
    escapeXml(text).replace(/&(lt|gt|amp|quot|apos);/g, (_, name) => PLAIN[name] ?? '');
  const PLAIN: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  const expected = ({ name, value, text, children }: Tree): object => ({
    name: name.replace(/^tt:/, ''),
    value: kept(value),
    text: kept(text).trim(),
    children: children.map(expected),
  });
  const read = ({ name, attributes, text, children }: XmlElement): object => ({
    name,
    value: attributes.get('v'),
    text,
    children: children.map(read),
  });

  test('what was written is read', () => {
    fc.assert(
      fc.property(tree, (written) => {
        const root = parseXml(write(written));
        expect(root && read(root)).toEqual(expected(written));
      }),
    );
  });
});
