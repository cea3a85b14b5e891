/** The statement on paper: one page for one clip, more where there is more to say. */
import { isWinAnsi, textWidth } from './helvetica.ts';
import { PAGE, type PdfPage, pdfOf } from './pdf.ts';
import type { Statement, StatementRow } from './statement.ts';
import { wrap } from './wrap.ts';

const MARGIN = 48;
const SIZE = 8.5;
const CODE_SIZE = 8;
const LEADING = 11;
const LABEL_WIDTH = 112;
const TEXT_WIDTH = PAGE.width - 2 * MARGIN - LABEL_WIDTH;
/** So much is left at the foot of a page, for its number. */
const FOOT = MARGIN + 6;
/** What the room for a signature takes of a page, which is not torn apart. */
const SIGNATURE_HEIGHT = 100;
const UNPRINTABLE =
  'Letters that this page cannot print are shown as "?". The file STATEMENT.txt beside it has every one.';

/** The file. What Windows-1252 does not have is a question mark, and a note says so. */
export function statementPdf(statement: Statement): Buffer {
  const { title, sections, declaration, blanks } = statement;
  const sheet = new Sheet();
  sheet.line(title, { font: 'bold', size: 13 });
  sheet.down(6);
  if (!printable(statement)) sheet.paragraph(UNPRINTABLE);
  for (const section of sections) {
    sheet.down(5);
    sheet.keep(2 * LEADING);
    sheet.line(section.title, { font: 'bold', size: 9.5 });
    sheet.down(2);
    for (const row of section.rows) sheet.row(row);
  }
  sheet.keep(SIGNATURE_HEIGHT);
  sheet.down(8);
  sheet.paragraph(declaration);
  for (const blank of blanks) sheet.blank(blank);
  return pdfOf(title, sheet.numbered());
}

function printable({ title, sections }: Statement): boolean {
  return isWinAnsi(title) && sections.every(({ rows }) => rows.every(({ text }) => isWinAnsi(text)));
}

/** Fills pages from the top. */
class Sheet {
  readonly #pages: PdfPage[] = [{ texts: [], rules: [] }];
  #y = PAGE.height - MARGIN;

  /** One line, whatever its width. */
  line(text: string, { font, size }: { font: 'plain' | 'bold' | 'code'; size: number }, x = MARGIN): void {
    this.keep(LEADING);
    this.#page.texts.push({ x, y: this.#y - size, size, font, text });
    this.#y -= Math.max(LEADING, size + 3);
  }

  paragraph(text: string): void {
    const width = PAGE.width - 2 * MARGIN;
    for (const line of wrap(text, (part) => textWidth(part, SIZE) <= width)) {
      this.line(line, { font: 'plain', size: SIZE });
    }
  }

  row({ label, text, code }: StatementRow): void {
    const lines = code ? codeLines(text) : wrap(text, (line) => textWidth(line, SIZE) <= TEXT_WIDTH);
    lines.forEach((line, index) => {
      this.keep(LEADING);
      const y = this.#y - SIZE;
      if (index === 0) this.#page.texts.push({ x: MARGIN, y, size: SIZE, font: 'plain', text: label });
      const look = code
        ? ({ font: 'code', size: CODE_SIZE } as const)
        : ({ font: 'plain', size: SIZE } as const);
      this.line(line, look, MARGIN + LABEL_WIDTH);
    });
  }

  /** A line to write on by hand. */
  blank(label: string): void {
    this.down(12);
    this.keep(LEADING);
    this.#page.rules.push({ x: MARGIN + LABEL_WIDTH, y: this.#y - SIZE - 1, width: 280 });
    this.line(label, { font: 'plain', size: SIZE });
  }

  down(points: number): void {
    this.#y -= points;
  }

  /** Begins a page where so much does not fit any more. */
  keep(points: number): void {
    if (this.#y - points >= FOOT) return;
    this.#pages.push({ texts: [], rules: [] });
    this.#y = PAGE.height - MARGIN;
  }

  /** All pages; where there are several, each has its number. */
  numbered(): PdfPage[] {
    const count = this.#pages.length;
    if (count === 1) return this.#pages;
    return this.#pages.map((page, index) => {
      const text = `Page ${index + 1} of ${count}`;
      const number = { x: MARGIN, y: MARGIN - 12, size: SIZE, font: 'plain' as const, text };
      return { ...page, texts: [...page.texts, number] };
    });
  }

  get #page(): PdfPage {
    const page = this.#pages.at(-1);
    if (!page) throw new Error('There is always a page.');
    return page;
  }
}

/** Courier's characters are all 0.6 of the size wide. */
function codeLines(text: string): string[] {
  const most = Math.floor(TEXT_WIDTH / (CODE_SIZE * 0.6));
  return wrap(text, (line) => line.length <= most);
}
