/** What was found of the log of shares and of a bag, for a terminal. */
import { type Paint, wrap } from './doctor-text.ts';
import type { VerifyResult } from './verify-command.ts';

export interface VerifyTextOptions {
  paint: Paint;
  /** Characters in a line; 40 to 100 of them are used. */
  width: number;
}

export function verifyText(result: VerifyResult, { paint, width }: VerifyTextOptions): string {
  const columns = Math.min(100, Math.max(40, width));
  const section = (heading: string, findings: readonly { ok: boolean; what: string }[]) =>
    [
      paint.heading(heading),
      ...findings.map(({ ok, what }) => {
        const sign = ok ? paint.sign('good', '✓') : paint.sign('bad', '✗');
        return `  ${sign} ${wrap(what, 4, columns).slice(4)}`;
      }),
    ].join('\n');
  const { log, noLog, bag } = result;
  return [
    ...(noLog ? [wrap(noLog.what, 0, columns)] : []),
    ...(log ? [section('Log of shares', logLines(log))] : []),
    ...(bag ? [section('Bag', bagLines(bag))] : []),
  ].join('\n\n');
}

function logLines(log: NonNullable<VerifyResult['log']>): { ok: boolean; what: string }[] {
  const { ok, findings, entries, dropped, underHeads, keyId, outsideHeads, tornBytes } = log;
  const wrong = findings.map(({ what }) => ({ ok: false, what }));
  if (!ok) return wrong;
  const notes = [
    `All ${count(entries, 'entry is', 'entries are')} there, in order and unchanged.`,
    `${underHeads === entries ? 'All of them are' : `The first ${underHeads} of them are`} proven by signed heads of the key ${keyId}.`,
    ...(dropped > 0
      ? [`The texts of ${dropped} are gone after their time; what they were is still proven.`]
      : []),
    ...(outsideHeads > 0
      ? [`It still holds what ${count(outsideHeads, 'head', 'heads')} kept elsewhere told of.`]
      : []),
    ...(tornBytes > 0
      ? [
          'Behind the last entry is the rest of one that was never finished, as after a power cut. It is noted at the next start.',
        ]
      : []),
  ];
  return notes.map((what) => ({ ok: true, what }));
}

function bagLines({ findings, ownKey }: NonNullable<VerifyResult['bag']>) {
  return ownKey ? [...findings, { ok: true, what: 'That is the key of this house.' }] : findings;
}

const count = (number: number, one: string, many: string) =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
