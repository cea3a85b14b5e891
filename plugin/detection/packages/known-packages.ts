import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Box } from '../../../protocol/detection.ts';

/** A place, as three values a cell: light and colour as bytes, row by row. */
export interface Look {
  columns: number;
  rows: number;
  luma: Uint8Array;
  cb: Uint8Array;
  cr: Uint8Array;
}

/** A package that lies there. */
export interface KnownPackage {
  id: string;
  /** Epoch ms at which it came, as far as it was seen. */
  at: number;
  decisionId: string;
  box: Box;
  /** What the place looked like without it, and with it. */
  before: Look;
  after: Look;
  /** Gone by the word of others, said at this time (epoch ms); what is still seen of it goes without a word. */
  goneAt?: number;
}

const VERSION = 1;
/** More is not kept; the oldest go first. */
const MOST_PACKAGES = 12;
/** Characters of what is kept. */
const MOST_MEMORY = 200_000;

const number = Type.Number();
const side = Type.Integer({ minimum: 1, maximum: 512 });
const look = Type.Object({
  columns: side,
  rows: side,
  luma: Type.String(),
  cb: Type.String(),
  cr: Type.String(),
});
const memorySchema = Type.Object({
  version: Type.Literal(VERSION),
  packages: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1, maxLength: 64 }),
      at: number,
      decisionId: Type.String({ maxLength: 64 }),
      box: Type.Object({ left: number, top: number, right: number, bottom: number }),
      before: look,
      after: look,
      goneAt: Type.Optional(number),
    }),
    { maxItems: MOST_PACKAGES },
  ),
});

/** What a restart must know of the packages that lie there. */
export function remember(packages: readonly KnownPackage[]): string {
  const kept = packages.slice(-MOST_PACKAGES).map((one) => ({
    ...one,
    before: packLook(one.before),
    after: packLook(one.after),
  }));
  for (;;) {
    const text = JSON.stringify({ version: VERSION, packages: kept });
    if (text.length <= MOST_MEMORY || kept.length === 0) return text;
    kept.shift();
  }
}

/** The packages of a memory; none when it is damaged or of another version. */
export function recall(memory: string | undefined): KnownPackage[] {
  if (!memory) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(memory);
  } catch {
    return [];
  }
  if (!Check(memorySchema, parsed)) return [];
  const packages = parsed.packages.map((one) => ({
    ...one,
    before: unpackLook(one.before),
    after: unpackLook(one.after),
  }));
  return packages.every(({ before, after }) => isWhole(before) && isWhole(after)) ? packages : [];
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytes = (of: string) => new Uint8Array(Buffer.from(of, 'base64'));

const packLook = (one: Look) => ({ ...one, luma: text(one.luma), cb: text(one.cb), cr: text(one.cr) });

const unpackLook = (packed: Static<typeof look>): Look => ({
  ...packed,
  luma: bytes(packed.luma),
  cb: bytes(packed.cb),
  cr: bytes(packed.cr),
});

const isWhole = ({ columns, rows, luma, cb, cr }: Look) =>
  [luma, cb, cr].every(({ length }) => length === columns * rows);
