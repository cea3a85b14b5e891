import type { Verdict } from '../../../protocol/api.ts';

export function good(check: string, found: string): Verdict {
  return { check, judgement: 'good', found };
}

/** It works; it would work better with the cure. */
export function better(check: string, found: string, cure: string): Verdict {
  return { check, judgement: 'could-be-better', found, cure };
}

/** Something does not work until it is cured. */
export function bad(check: string, found: string, cure: string): Verdict {
  return { check, judgement: 'bad', found, cure };
}

/** It could not be told; with a cure where something would let it be told. */
export function unknown(check: string, found: string, cure?: string): Verdict {
  return { check, judgement: 'unknown', found, ...(cure !== undefined && { cure }) };
}
