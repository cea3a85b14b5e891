/** What a check of the recordings found, for a terminal: a line for each invariant, what is wrong below it, and how much there is. */
import { invariantNumbers } from '../recordings/check/check.ts';
import type { Finding } from '../recordings/check/finding.ts';
import { INVARIANTS, type InvariantNumber } from '../recordings/index/schema.ts';
import { inWords } from '../system/problem.ts';
import type { CheckResult } from './check.ts';
import { type Paint, wrap } from './doctor-text.ts';

export interface CheckTextOptions {
  paint: Paint;
  /** Characters in a line; 40 to 100 of them are used. */
  width: number;
  /** Whether every byte was read. */
  hashes: boolean;
}

/** Of one invariant; the rest is counted. */
const MOST_SHOWN = 10;
/** Sign, number and spaces. */
const HANG = 7;

export function checkText(result: CheckResult, { paint, width, hashes }: CheckTextOptions): string {
  const columns = Math.min(100, Math.max(40, width));
  const { findings, unproven, target, rebuilt } = result;
  const lines = invariantNumbers().flatMap((number) =>
    invariantLines(
      number,
      { findings: findings.filter(({ invariant }) => invariant === number), unproven },
      paint,
      columns,
    ),
  );
  const notes = [
    ...(rebuilt ? [rebuiltText(rebuilt)] : []),
    ...(target.problem ? [inWords(target.problem)] : []),
    ...(hashes ? [] : ['Sizes were compared, not bytes: "--hashes" reads them all.']),
    summary(findings),
  ];
  return [
    [paint.heading('Recordings'), ...lines].join('\n'),
    wrap(totalsText(result.totals), 0, columns),
    ...notes.map((note) => wrap(note, 0, columns)),
  ].join('\n\n');
}

function invariantLines(
  number: InvariantNumber,
  { findings, unproven }: Pick<CheckResult, 'findings' | 'unproven'>,
  paint: Paint,
  columns: number,
): string[] {
  const open = findings.filter(({ repaired }) => !repaired);
  const judgement = open.length > 0 ? 'bad' : unproven.includes(number) ? 'unknown' : 'good';
  const sign = { bad: '✗', unknown: '?', good: '✓' }[judgement];
  const text = wrap(INVARIANTS[number], HANG, columns).slice(HANG);
  const shown = findings
    .slice(0, MOST_SHOWN)
    .map((finding) => paint.soft(wrap(`→ ${told(finding)}`, HANG, columns, 2)));
  const more = findings.length - shown.length;
  return [
    `  ${paint.sign(judgement, sign)} ${String(number).padStart(2)} ${text}`,
    ...shown,
    ...(more > 0
      ? [paint.soft(`${' '.repeat(HANG)}→ and ${count(more, 'more like it', 'more like it')}`)]
      : []),
  ];
}

function told({ where, what, repaired, repairable }: Finding): string {
  const outcome = repaired
    ? 'Mended.'
    : repaired === undefined && repairable
      ? '"--repair" sets it right.'
      : '';
  return `${where}: ${what} ${outcome}`.trim();
}

function rebuiltText({ recordings, unknown }: NonNullable<CheckResult['rebuilt']>): string {
  const left = unknown.length === 0 ? '' : ` Nothing is known of ${unknown.length} more, which stay there.`;
  return `${count(recordings, 'recording was', 'recordings were')} found at the target and taken in.${left}`;
}

function totalsText({
  recordings,
  segments,
  snapshots,
  gaps,
  bytes,
  footageMs,
}: CheckResult['totals']): string {
  const parts = [
    count(recordings, 'recording', 'recordings'),
    count(segments, 'segment', 'segments'),
    count(snapshots, 'picture', 'pictures'),
    count(gaps, 'gap', 'gaps'),
  ];
  return `${parts.join(', ')}; ${(bytes / 2 ** 30).toFixed(2)} GiB, ${lengthText(footageMs)} of footage.`;
}

/** `3 h 25 min 7 s` */
function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([value, unit]) => value > 0 || unit === 's')
    .map(([value, unit]) => `${value.toLocaleString('en')} ${unit}`)
    .join(' ');
}

function summary(findings: readonly Finding[]): string {
  const mended = findings.filter(({ repaired }) => repaired).length;
  const left = findings.length - mended;
  const said = mended > 0 ? `${count(mended, 'thing was', 'things were')} mended. ` : '';
  if (left === 0) return `${said}Nothing is wrong.`;
  const repairable = findings.some((each) => each.repairable && each.repaired === undefined);
  const cure = repairable ? ' "--repair" sets right what it can, and removes no footage.' : '';
  return `${said}${count(left, 'thing is', 'things are')} wrong.${cure}`;
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
