/** A report of the doctor for a terminal: a sign and a word for each finding, its cure below, in lines that fit. */
import type { CameraReport, DoctorReport, Verdict } from '../../protocol/api.ts';

type Judgement = Verdict['judgement'];

/** Worst first: so are they shown. */
const ORDER: readonly Judgement[] = ['bad', 'could-be-better', 'unknown', 'good'];
const SIGNS: Record<Judgement, string> = { good: '✓', 'could-be-better': '!', bad: '✗', unknown: '?' };
const NARROWEST = 40;
const WIDEST = 100;
/** Sign and space, within an indent of two. */
const HANG = 4;

/** Puts emphasis on a piece of text. */
export interface Paint {
  heading(text: string): string;
  soft(text: string): string;
  sign(judgement: Judgement, text: string): string;
}

const same = (text: string) => text;
export const plain: Paint = { heading: same, soft: same, sign: (_, text) => text };

const code = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;
const COLOURS: Record<Judgement, (text: string) => string> = {
  good: code(32, 39),
  'could-be-better': code(33, 39),
  bad: code(31, 39),
  unknown: code(90, 39),
};
export const painted: Paint = {
  heading: code(1, 22),
  soft: code(2, 22),
  sign: (judgement, text) => COLOURS[judgement](text),
};

export interface TextOptions {
  paint: Paint;
  /** Characters in a line; 40 to 100 of them are used. */
  width: number;
}

export function reportText(report: DoctorReport, { paint, width }: TextOptions): string {
  const columns = Math.min(WIDEST, Math.max(NARROWEST, width));
  const part = (title: string, verdicts: readonly Verdict[], said: Set<string>) =>
    section(title, verdicts, (verdict) => finding(once(verdict, said), paint, columns), paint);
  const blocks = [
    ...report.cameras.flatMap(({ camera, verdicts, secureVideo }) => {
      const said = new Set<string>();
      return [
        part(camera.name, verdicts, said),
        part(`${camera.name}: HomeKit Secure Video`, secureVideo, said),
      ];
    }),
    ...(report.host.length > 0 ? [part('This machine', report.host, new Set())] : []),
    wrap(summary(report), 0, columns),
  ];
  return blocks.join('\n\n');
}

function section(
  title: string,
  verdicts: readonly Verdict[],
  line: (verdict: Verdict) => string,
  paint: Paint,
): string {
  const sorted = ORDER.flatMap((wanted) => verdicts.filter(({ judgement }) => judgement === wanted));
  return [paint.heading(title), ...sorted.map(line)].join('\n');
}

/** The same cure is written out once; after that it is enough to know that it is one and the same. */
function once({ cure, ...verdict }: Verdict, said: Set<string>): Verdict {
  if (cure === undefined) return verdict;
  if (said.has(cure)) return { ...verdict, cure: 'As above.' };
  said.add(cure);
  return { ...verdict, cure };
}

function finding({ judgement, found, cure }: Verdict, paint: Paint, columns: number): string {
  const text = wrap(found, HANG, columns).slice(HANG);
  const line = `  ${paint.sign(judgement, SIGNS[judgement])} ${text}`;
  return cure === undefined ? line : `${line}\n${paint.soft(wrap(`→ ${cure}`, HANG, columns, 2))}`;
}

function summary(report: DoctorReport): string {
  const bad = things(report, 'bad');
  const better = things(report, 'could-be-better', bad);
  if (bad.size === 0 && better.size === 0) return 'All is well.';
  const parts = [
    ...(bad.size > 0 ? [`${bad.size} ${bad.size === 1 ? 'thing needs' : 'things need'} you (✗)`] : []),
    ...(better.size > 0 ? [`${better.size} could be better (!)`] : []),
  ];
  return `${parts.join(', ')}; each arrow says where.`;
}

/** Two verdicts on the same check of the same camera are one thing, and one that is `counted` already is none. */
function things(
  { host, cameras }: DoctorReport,
  wanted: Judgement,
  counted = new Set<string>(),
): Set<string> {
  const named = (owner: string, verdicts: readonly Verdict[]) =>
    verdicts.filter(({ judgement }) => judgement === wanted).map(({ check }) => `${owner} ${check}`);
  const all = [
    ...named('host', host),
    ...cameras.flatMap((each) => named(each.camera.id, [...each.verdicts, ...each.secureVideo])),
  ];
  return new Set(all.filter((thing) => !counted.has(thing)));
}

/** The worst judgement in a report; `good` for an empty one. What is unknown is no worse than good. */
export function worstOf(report: DoctorReport): Judgement {
  const judgements = new Set(everyVerdict(report).map(({ judgement }) => judgement));
  return ORDER.find((judgement) => judgement !== 'unknown' && judgements.has(judgement)) ?? 'good';
}

function everyVerdict({ host, cameras }: DoctorReport): Verdict[] {
  const ofCamera = ({ verdicts, secureVideo }: CameraReport) => [...verdicts, ...secureVideo];
  return [...host, ...cameras.flatMap(ofCamera)];
}

/** Breaks at spaces; lines after the first go `hang` further in. A word that is too long has a line of its own. */
export function wrap(text: string, indent: number, columns: number, hang = 0): string {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = ' '.repeat(indent + hang);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}
