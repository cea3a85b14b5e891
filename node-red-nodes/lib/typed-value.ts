/** Values that a dialog stored as typed input: the value itself, or where it stands. */
import type { NodeRed, RedNode } from './node-red.ts';

export interface TypedInput {
  type: unknown;
  value: unknown;
}

/** Types whose value stands elsewhere: in the message, in a context, in the environment, or is worked out. */
const PLACES = ['msg', 'flow', 'global', 'env', 'jsonata'];

/** What the input stands for now; undefined where there is nothing. Never rejects. */
export function typedValue(
  { RED, node }: { RED: Pick<NodeRed, 'util'>; node: RedNode },
  { type, value }: TypedInput,
  message: object,
): Promise<unknown> {
  if (typeof type !== 'string' || !PLACES.includes(type)) return Promise.resolve(value);
  return new Promise((resolve) => {
    const take = (error: unknown, found?: unknown) => resolve(error ? undefined : found);
    try {
      RED.util.evaluateNodeProperty(String(value), type, node, message, take);
    } catch {
      // A name that is none.
      resolve(undefined);
    }
  });
}
