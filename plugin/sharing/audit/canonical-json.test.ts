import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json.ts';

const double = (hex: string) => Buffer.from(hex, 'hex').readDoubleBE();

describe('the samples of RFC 8785', () => {
  test('section 3.2.2: numbers, strings, literals', () => {
    const text = String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
      "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`;
    expect(canonicalJson(JSON.parse(text))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('section 3.2.3: names are in order of UTF-16 code units', () => {
    const text = String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
      "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`;
    const values = [...canonicalJson(JSON.parse(text)).matchAll(/:"([^"]+)"/g)].map(([, value]) => value);
    expect(values).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: %s is %s', (hex, text) => {
    expect(canonicalJson(double(hex))).toBe(text);
  });

  test.each([['7fffffffffffffff'], ['7ff0000000000000'], ['fff0000000000000']])(
    'appendix B: %s is refused',
    (hex) => {
      expect(() => canonicalJson(double(hex))).toThrow(TypeError);
    },
  );
});

test.each<[string, unknown]>([
  ['half a character', 'a\ud83d'],
  ['half a character in a name', { '\ude00': 1 }],
  ['a date', { at: new Date(0) }],
  ['bytes', Buffer.from('a')],
  ['a function', () => 1],
  ['nothing in a list', [undefined]],
  ['a hole in a list', new Array(1)],
  ['a big integer', 1n],
])('%s is refused', (_, value) => {
  expect(() => canonicalJson(value as Json)).toThrow(TypeError);
});

describe('for any JSON', () => {
  const anyJson = fc.jsonValue() as fc.Arbitrary<Json>;

  test('it says the same, and its canonical text is itself', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('the order in which properties were set does not show', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), anyJson), { selector: ([name]) => name }),
        (entries) => {
          const there = Object.fromEntries(entries);
          const back = Object.fromEntries(entries.toReversed());
          expect(canonicalJson(there)).toBe(canonicalJson(back));
        },
      ),
    );
  });
});
