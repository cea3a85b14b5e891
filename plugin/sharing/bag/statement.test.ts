import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { bagFacts, clipFacts } from '../../../test/support/bag-house.ts';
import { parseHeads } from '../audit/heads.ts';
import type { BagFacts, ClipFacts } from './contract.ts';
import { isWinAnsi, textWidth, winAnsi } from './helvetica.ts';
import { localTime, offsetInWords, seconds } from './local-time.ts';
import { plainLine } from './plain-line.ts';
import { statementOf } from './statement.ts';
import { statementPdf } from './statement-pdf.ts';
import { statementText } from './statement-text.ts';

const KEY = 'SHA256:z/fSv0Z0RZS+Lccbc6ZoOWwt/fbj1VFJGSBKQbo4icE';
const viewing = { path: 'data/viewing/clip-1.mp4', bytes: 200_000, sha256: 'ef'.repeat(32) };
const original = { path: 'data/original/clip-1.mp4', bytes: 300_000, sha256: 'cd'.repeat(32) };

function statement({
  bag = {},
  clip = {},
  full = false,
}: {
  bag?: Partial<BagFacts>;
  clip?: Partial<ClipFacts>;
  full?: boolean;
} = {}) {
  const placed = { facts: { ...clipFacts, ...clip }, viewing, ...(full && { original }) };
  return statementOf({ ...bagFacts, ...bag }, [placed], KEY);
}
/** With single spaces. */
const flat = (text: string) => text.replace(/\s+/g, ' ');
const text = (options?: Parameters<typeof statement>[0]) => flat(statementText(statement(options)));

describe('says', () => {
  it.each([
    'for case ST/0815/2026, to Police station North, Officer Sample, City police; not for other use.',
    'Purpose Damage to the parked car',
    'on request, of free will',
    'not run it through face matching',
    "Camera's owner Alex Example",
    'Front door; it looks at the door and the path to it',
    'Reolink, Video Doorbell PoE; firmware v3.0.0.2555',
    'Doorstep 0.1.0, ffmpeg 5.1',
    'copied, not re-encoded',
    '2026-11-22 17:20:29.000 UTC = 2026-11-22 18:20:29 Europe/Berlin (GMT+01:00)',
    "It was 95.0 s ahead of the recorder's clock, \u00b1 0.4 s, by ONVIF GetSystemDateAndTime on 2026-11-22 17:19:59.000 UTC.",
    'It was 0.012 s behind a reference clock, \u00b1 0.030 s, by NTP',
    'sound: not needed for the purpose',
    `data/viewing/clip-1.mp4, 200000 bytes: encoded anew for viewing`,
    'ef'.repeat(32),
    'not in this package. The owner keeps it, 300000 bytes, and it can be asked for.',
    'cd'.repeat(32),
    '2026-11-22 17:21:00 UTC the owner: put the clip on hold',
    KEY,
    'doorstep-log/0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f 4 ',
    'it certifies nothing',
    'Signature ____',
  ])('%s', (words) => {
    expect(text()).toContain(words);
  });

  it('that the original is there, where it is', () => {
    expect(text({ full: true })).toContain('data/original/clip-1.mp4, 300000 bytes: the file exactly as');
    expect(text({ full: true })).not.toContain('not in this package');
  });

  it('what nobody knows, rather than leaving it out', () => {
    const words = text({ clip: { clock: {}, leftOut: [], camera: { name: 'Gate', pointsAt: 'the gate' } } });
    expect(words).toContain('not known, not known; firmware not known');
    expect(words).toContain("How far it was from the recorder's clock, nobody measured.");
    expect(words).toContain('How far it was from a reference clock, nobody measured.');
    expect(words).toContain('Left out nothing');
  });

  it('what a burned-in mask makes the original', () => {
    expect(text({ clip: { recorded: 'masked' } })).toContain('because a privacy mask is burned in');
  });

  it('a law where one is named, and no case where there is none', () => {
    const { caseNumber: _, ...purpose } = {
      ...bagFacts.purpose,
      occasion: 'compelled' as const,
      legalBasis: 'StPO 94',
    };
    expect(text({ bag: { purpose } })).toMatch(/for the purpose below.*because the law requires it.*StPO 94/);
  });

  it('the head of the log so that it can be read out of it again', () => {
    expect(parseHeads(statementText(statement())).heads).toEqual([bagFacts.logHead]);
  });

  it('nothing that its text could not have: no line of its own, no turned direction', () => {
    const words = statementText(statement({ bag: { owner: 'A\nSignature  B\u202Egnp\u0007' } }));
    expect(words).toContain('A Signature B gnp');
    expect(plainLine('x'.repeat(600))).toBe(`${'x'.repeat(500)} [...]`);
  });

  it('all in 80 columns but for checksums', () => {
    const lines = statementText(statement()).split('\n');
    expect(lines.filter((line) => line.length > 80 && !/[0-9a-f]{64}|doorstep-log/.test(line))).toEqual([]);
  });
});

describe('times', () => {
  it.each([
    [Date.UTC(2026, 5, 1), 'Europe/Berlin', '2026-06-01 02:00:00 Europe/Berlin (GMT+02:00)'],
    [Date.UTC(2026, 0, 1), 'America/New_York', '2025-12-31 19:00:00 America/New_York (GMT-05:00)'],
    [Date.UTC(2026, 0, 1), 'UTC', '2026-01-01 00:00:00 UTC (GMT+00:00)'],
  ])('%i in %s', (at, zone, words) => {
    expect(localTime(at, zone)).toBe(words);
  });

  it.each([
    [95_000, '95.0 s ahead of it'],
    [-40, '0.040 s behind it'],
    [0, 'the same as it'],
  ])('%i ms off', (ms, words) => {
    expect(offsetInWords(ms, 'it')).toBe(words);
    expect(seconds(400)).toBe('0.4 s');
  });
});

const windows1252 = new TextDecoder('windows-1252');

/** As ISO 32000-1 has it, strictly: every offset of the table is where the object begins, every stream as long as it says. */
function readPdf(file: Buffer): { pages: number; texts: string[] } {
  const all = file.toString('latin1');
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(all)?.[1]);
  const table = /^xref\n0 (\d+)\n0000000000 65535 f \n((?:\d{10} 00000 n \n)+)trailer\n<< \/Size (\d+) /.exec(
    all.slice(start),
  );
  const offsets = (table?.[2] ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => Number(line.slice(0, 10)));
  expect([Number(table?.[1]), Number(table?.[3])]).toEqual([offsets.length + 1, offsets.length + 1]);
  const objects = offsets.map((offset, index) => {
    const object = all.slice(offset, all.indexOf('endobj\n', offset));
    expect(object.startsWith(`${index + 1} 0 obj\n`)).toBe(true);
    return object;
  });
  const texts: string[] = [];
  for (const object of objects) {
    const stream = /\/Length (\d+) >>\nstream\n([\s\S]*)\nendstream/.exec(object);
    if (!stream) continue;
    expect(stream[2]).toHaveLength(Number(stream[1]));
    for (const [, hex] of (stream[2] ?? '').matchAll(/<([0-9a-f]*)> Tj/g))
      texts.push(windows1252.decode(Buffer.from(hex ?? '', 'hex')));
  }
  for (const [, id] of all.matchAll(/(\d+) 0 R/g)) expect(Number(id)).toBeLessThanOrEqual(objects.length);
  return { pages: objects.filter((object) => object.includes('/Type /Page ')).length, texts };
}

describe('as PDF', () => {
  it('has one page for one clip, and every word of the text', () => {
    const { pages, texts } = readPdf(statementPdf(statement({ full: true })));
    expect(pages).toBe(1);
    // A head is longer than a line.
    const all = texts.join('').replace(/\s/g, '');
    const missing = text({ full: true })
      .split(' ')
      .filter((word) => !all.includes(word) && !/^[_=-]*$/.test(word));
    expect(missing).toEqual([]);
  });

  it('goes on to numbered pages where there is more to say', () => {
    const custody = Array.from({ length: 90 }, (_, n) => ({
      at: n,
      who: 'the owner',
      what: `looked (${n})`,
    }));
    const { pages, texts } = readPdf(statementPdf(statement({ bag: { custody } })));
    expect(pages).toBeGreaterThan(1);
    expect(texts).toContain(`Page ${pages} of ${pages}`);
  });

  it('shows that it cannot print a name, and the text has it', () => {
    const bag = { owner: '\u674e\u96f7, \u0421\u043e\u0444\u0438\u044f, Zo\u00eb' };
    const { texts } = readPdf(statementPdf(statement({ bag })));
    expect(texts).toContain('??, ?????, Zo\u00eb');
    expect(texts.join(' ')).toContain('Letters that this page cannot print');
    expect(statementText(statement({ bag }))).toContain(bag.owner);
    expect(readPdf(statementPdf(statement())).texts.join(' ')).not.toContain('cannot print');
  });

  it('is not broken by what somebody writes', () => {
    const owner = ') Tj ET endstream endobj \\ <41> %%EOF';
    expect(readPdf(statementPdf(statement({ bag: { owner } }))).texts).toContain(owner);
  });

  it('is read by poppler', (test) => {
    if (spawnSync('pdftotext', ['-v']).error) test.skip('pdftotext (poppler-utils) is not installed');
    const { stdout, stderr } = spawnSync('pdftotext', ['-layout', '-', '-'], {
      input: statementPdf(statement()),
    });
    expect(stderr.toString()).toBe('');
    expect(flat(stdout.toString())).toContain("95.0 s ahead of the recorder's clock");
  });
});

it('knows the letters of Windows-1252', () => {
  expect(winAnsi('Aé€–\u4e2d').toString('hex')).toBe('41e980963f');
  expect(isWinAnsi('Señor Œuvre “x”')).toBe(true);
  expect(isWinAnsi('Ł')).toBe(false);
  expect(textWidth('Hello', 10)).toBeCloseTo(22.78);
  expect(textWidth('é', 10)).toBe(textWidth('e', 10));
});
