/** How the shapes of `protocol/` become JSON Schema. */
import Type, { type Static, type TSchema } from 'typebox';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never;

/** Names the type that a schema must have the shape of; where the two differ, it does not compile. */
export function shapeOf<T>() {
  return <S extends TSchema>(schema: S & Same<Static<S>, T>): S => schema;
}

/** One of these words; as `enum`, which reads better in the documentation than a union of constants. */
export function oneOf<const T extends string>(words: readonly T[], options: { description?: string } = {}) {
  return Type.Unsafe<T>({ type: 'string', enum: [...words], ...options });
}

/** Epoch milliseconds, and of what. */
export const time = (description: string) =>
  Type.Integer({ description: `${description} Epoch milliseconds.` });
