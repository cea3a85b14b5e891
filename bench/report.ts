/** The rows of the bench as JSON lines, as a table for a terminal and as docs/performance.md. Pure. */
import { significant } from './statistics.ts';

/** Says what a row is before anything is measured. Of every unit less is better. */
export interface RowSpec {
  /** Stable, kebab-case. */
  name: string;
  /** What is measured, from where to where. */
  what: string;
  unit: 'ms' | 'µs' | '% of a core' | 'MiB' | 'events';
  /** What `peer` is; absent where there is nothing to compare with. */
  against?: string;
  /** The most that we allow ourselves. */
  target?: number;
  /** The same as a share of the peer's. */
  targetRatio?: number;
}

export interface Measured {
  value: number;
  peer?: number;
  /** How many samples `value` comes from. */
  samples: number;
  peerSamples?: number;
}

/** One line of `--json`. */
export interface Row {
  name: string;
  value: number;
  unit: string;
  peer: number | null;
  /** `value / peer`: below 1 we are better. */
  ratio: number | null;
  against: string | null;
  target: number | null;
  targetRatio: number | null;
  samples: number;
  peerSamples: number | null;
}

/** Rows that are measured together. */
export interface Group<Where> {
  rows: readonly RowSpec[];
  /** Resolves to each row's numbers by name. `where` is what was set up for it, or takes what it sets up itself. */
  measure(where: Where): Promise<Readonly<Record<string, Measured>>>;
}

export function toRow(spec: RowSpec, measured: Measured): Row {
  const { name, unit, against, target, targetRatio } = spec;
  const { value, peer, samples, peerSamples } = measured;
  return {
    name,
    value: significant(value),
    unit,
    peer: peer === undefined ? null : significant(peer),
    ratio: peer ? significant(value / peer) : null,
    against: against ?? null,
    target: target ?? null,
    targetRatio: targetRatio ?? null,
    samples,
    peerSamples: peerSamples ?? null,
  };
}

/** Whether the row keeps its targets; undefined where it has none, or no peer to have a ratio to. */
export function meetsTarget({ value, ratio, target, targetRatio }: Row): boolean | undefined {
  const kept = [
    ...(target === null ? [] : [value <= target]),
    ...(targetRatio === null || ratio === null ? [] : [ratio <= targetRatio]),
  ];
  return kept.length === 0 ? undefined : kept.every(Boolean);
}

export function textTable(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(rowCells)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export interface Machine {
  /** `2026-11-22` */
  date: string;
  /** `8 x Example CPU, 16 GiB, Linux 6.1` */
  hardware: string;
  /** Of the processor time during the run, how much the host of a virtual machine gave to others. */
  stolenPercent: number;
  /** Names and versions of what took part. */
  software: readonly string[];
  /** What was typed. */
  command: string;
}

/** The whole of docs/performance.md. */
export function performancePage(
  specs: readonly RowSpec[],
  rows: readonly Row[],
  machine: Machine,
  method: string,
): string {
  const lines = [
    ...['# Performance', ''],
    `Written by \`${machine.command}\` on ${machine.date}. Do not edit by hand.`,
    ...[
      '',
      `- Machine: ${machine.hardware}; ${significant(machine.stolenPercent, 2)} % of its time taken by others on its host`,
      `- Software: ${machine.software.join(', ')}`,
      '',
    ],
    ...[method, ''],
    ...[
      '## Numbers',
      '',
      `| ${HEAD.join(' | ')} |`,
      `|---|${HEAD.slice(1)
        .map(() => '---:|')
        .join('')}`,
    ],
    ...rows.map((row) => `| ${rowCells(row).join(' | ')} |`),
    ...['', '## Rows', ''],
    ...specs
      .filter(({ name }) => rows.some((row) => row.name === name))
      .map(({ name, what, against }) => `- \`${name}\`: ${what}${against ? `; peer: ${against}` : ''}.`),
  ];
  return `${lines.join('\n')}\n`;
}

const HEAD = ['row', 'ours', 'peer', 'ratio', 'target', 'samples'];

function rowCells(row: Row): string[] {
  const { name, value, unit, peer, ratio, samples, peerSamples } = row;
  return [
    name,
    `${value} ${unit}`,
    peer === null ? '' : `${peer} ${unit}`,
    ratio === null ? '' : `${ratio}`,
    targetCell(row),
    peerSamples === null ? `${samples}` : `${samples} / ${peerSamples}`,
  ];
}

function targetCell(row: Row): string {
  const { target, targetRatio } = row;
  const met = meetsTarget(row);
  if (met === undefined) return '';
  const targets = [
    target === null ? '' : `≤ ${target}`,
    targetRatio === null ? '' : `ratio ≤ ${targetRatio}`,
  ];
  return `${targets.filter(Boolean).join(', ')} ${met ? '✓' : '✗'}`;
}
