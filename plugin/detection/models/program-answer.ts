/** What a detector program writes: one line of JSON for itself, then one for each picture. */
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Box } from '../../../protocol/detection.ts';
import type { Detected } from '../contract.ts';
import { toWhole } from './model-input.ts';

const greetingSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  labels: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 1000 }),
});

const answerSchema = Type.Array(
  Type.Object({
    label: Type.String({ maxLength: 64 }),
    score: Type.Number(),
    box: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]),
  }),
  { maxItems: 1000 },
);

export interface Greeting {
  name: string;
  labels: Detected['label'][];
}

/** Its first line: `{"name": "…", "labels": ["person", …]}`. Undefined where it is none, or knows neither people nor packages. */
export function readGreeting(line: string): Greeting | undefined {
  const value = parse(line);
  if (!Check(greetingSchema, value)) return undefined;
  const { name, labels }: Static<typeof greetingSchema> = value;
  const known = labels.filter(isKnown);
  return known.length > 0 ? { name, labels: known } : undefined;
}

/**
 * Its answer to a picture: `[{"label": "person", "score": 0.8, "box": [left, top, right, bottom]}, …]`, places in parts of the picture
 * that it got. Other labels are passed over. Undefined where it is none.
 *
 * @param part of the whole picture that it got
 */
export function readAnswer(line: string, part: Box): Detected[] | undefined {
  const value = parse(line);
  if (!Check(answerSchema, value)) return undefined;
  const found: Static<typeof answerSchema> = value;
  return found.flatMap(({ label, score, box: [left, top, right, bottom] }): Detected[] => {
    const box = toWhole({ left, top, right, bottom }, part);
    if (!isKnown(label) || !(score > 0) || box.right <= box.left || box.bottom <= box.top) return [];
    return [{ label, score: Math.min(1, score), box }];
  });
}

const isKnown = (label: string): label is Detected['label'] => label === 'person' || label === 'package';

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
