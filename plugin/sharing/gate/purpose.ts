import { OCCASIONS, type Purpose } from '../contract.ts';

const LONGEST_TEXT = 200;
const LONGEST_FIELD = 100;

/** No control characters, nothing that turns the direction of writing: it is read by people before they approve. */
const PLAIN = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+$/u;

/** Whether a text is one line that shows as what it is, of at most so many characters. */
export function isPlainLine(text: unknown, longest: number): text is string {
  return typeof text === 'string' && text.trim() !== '' && text.length <= longest && PLAIN.test(text);
}

const FIELDS = ['occasion', 'text', 'caseNumber', 'agency', 'officer', 'legalBasis'];

/** Whether a purpose can be shown, printed and approved as it stands; what has other fields beside cannot. */
export function isUsablePurpose(purpose: Purpose): boolean {
  const { occasion, text, caseNumber, agency, officer, legalBasis } = purpose;
  const fields = [caseNumber, agency, officer, legalBasis];
  return (
    Object.keys(purpose).every((field) => FIELDS.includes(field)) &&
    OCCASIONS.includes(occasion) &&
    isPlainLine(text, LONGEST_TEXT) &&
    fields.every((field) => field === undefined || isPlainLine(field, LONGEST_FIELD))
  );
}
