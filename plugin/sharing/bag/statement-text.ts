import type { Statement, StatementRow } from './statement.ts';
import { wrap } from './wrap.ts';

const COLUMNS = 80;
const LABEL = 18;
const LONG_LABEL = 24;

/** The statement as plain text, UTF-8, at most 80 columns but for checksums. */
export function statementText({ title, sections, declaration, blanks }: Statement): string {
  const lines = [title, '='.repeat(title.length)];
  for (const section of sections) {
    const width = section.rows.some(({ label }) => label.length >= LABEL) ? LONG_LABEL : LABEL;
    lines.push('', section.title, '-'.repeat(section.title.length));
    for (const row of section.rows) lines.push(...rowLines(row, width));
  }
  lines.push('', ...wrap(declaration, (line) => line.length <= COLUMNS), '');
  for (const blank of blanks) lines.push('', `${blank.padEnd(LABEL)}${'_'.repeat(50)}`);
  return `${lines.join('\n')}\n`;
}

function rowLines({ label, text, code }: StatementRow, width: number): string[] {
  const parts = code ? [text] : wrap(text, (line) => line.length <= COLUMNS - width);
  return parts.map((part, index) => `${(index === 0 ? label : '').padEnd(width)}${part}`.trimEnd());
}
