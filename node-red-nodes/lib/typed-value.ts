/** Values that a dialog stored as typed input: the value itself, or where it stands. */
import { NodeError } from './node-error.ts';
import type { NodeRed, RedNode } from './node-red.ts';
import { textsOf } from './texts.ts';

export interface TypedInput {
  type: unknown;
  value: unknown;
}

/** Types whose value stands elsewhere: in the message, in a context, in the environment, or is worked out. */
const PLACES = ['msg', 'flow', 'global', 'env', 'jsonata'];

/** What a typed input is read with. */
export interface TypedInputPlace {
  RED: Pick<NodeRed, 'util' | '_'>;
  node: RedNode;
}

/** What the input stands for now; undefined where nothing is there. An expression that fails, or a name that is none, rejects with `EINVAL`. */
export function typedValue(
  { RED, node }: TypedInputPlace,
  { type, value }: TypedInput,
  message: object,
): Promise<unknown> {
  if (typeof type !== 'string' || !PLACES.includes(type)) return Promise.resolve(value);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(
        new NodeError(
          'EINVAL',
          textsOf(RED)('fault.typed-input', { value: String(value), detail: detailOf(error) }),
        ),
      );
    };
    try {
      RED.util.evaluateNodeProperty(String(value), type, node, message, (error, found) => {
        if (error) fail(error);
        else resolve(found);
      });
    } catch (error) {
      fail(error);
    }
  });
}

/** What JSONata throws has a message and is no `Error`. */
function detailOf(error: unknown): string {
  return typeof error === 'object' && error && 'message' in error ? String(error.message) : String(error);
}
