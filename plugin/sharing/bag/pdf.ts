/** The little of PDF 1.4 (ISO 32000-1) that pages of text take: fonts that every reader has, no pictures, no compression, nothing active. */
import { winAnsi } from './helvetica.ts';

/** Points from the lower left corner; 72 are an inch. */
export interface PdfText {
  x: number;
  y: number;
  size: number;
  font: keyof typeof FONTS;
  text: string;
}
/** A thin line from `x` on. */
export interface PdfRule {
  x: number;
  y: number;
  width: number;
}
export interface PdfPage {
  texts: PdfText[];
  rules: PdfRule[];
}

const FONTS = { plain: 'Helvetica', bold: 'Helvetica-Bold', code: 'Courier' } as const;
/** As wide as A4 and as high as Letter, so both papers hold it unscaled. */
export const PAGE = { width: 595, height: 792 } as const;

/** The file. Characters outside Windows-1252 become question marks. */
export function pdfOf(title: string, pages: readonly PdfPage[]): Buffer {
  const fonts = Object.entries(FONTS);
  const firstPage = 4 + fonts.length;
  const pageIds = pages.map((_, index) => firstPage + 2 * index);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (en) >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] >>`,
    `<< /Title ${hex(title)} /Producer (Doorstep) >>`,
    ...fonts.map(
      ([, name]) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`,
    ),
    ...pages.flatMap((page, index) => [pageObject(firstPage + 2 * index + 1), contentObject(page)]),
  ];
  return written(objects);
}

function pageObject(contentId: number): string {
  const fonts = Object.keys(FONTS).map((name, index) => `/${name} ${4 + index} 0 R`);
  const box = `[0 0 ${PAGE.width} ${PAGE.height}]`;
  return `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Resources << /Font << ${fonts.join(' ')} >> >> /Contents ${contentId} 0 R >>`;
}

function contentObject({ texts, rules }: PdfPage): string {
  const lines = [
    ...texts.map(
      ({ font, size, x, y, text }) =>
        `BT /${font} ${size} Tf ${number(x)} ${number(y)} Td ${hex(text)} Tj ET`,
    ),
    ...rules.map(
      ({ x, y, width }) => `0.5 w ${number(x)} ${number(y)} m ${number(x + width)} ${number(y)} l S`,
    ),
  ];
  const content = lines.join('\n');
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/** Objects from number 1 on, and the table that says at which byte each begins. */
function written(objects: readonly string[]): Buffer {
  let file = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets: number[] = [];
  objects.forEach((object, index) => {
    offsets.push(file.length);
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
  });
  const start = file.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  // One character is one byte: all above is ASCII but for the mark in the second line.
  return Buffer.from(file, 'latin1');
}

/** As hex digits: nothing that somebody wrote can end the string. */
const hex = (text: string) => `<${winAnsi(text).toString('hex')}>`;

const number = (value: number) => String(Math.round(value * 100) / 100);
