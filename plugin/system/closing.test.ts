import { describe, expect, it } from 'vitest';
import { Closing } from './closing.ts';

describe('Closing', () => {
  it('closes in reverse order, all of them, once, and then throws the first error', async () => {
    const seen: string[] = [];
    const closing = new Closing();
    closing.use({ [Symbol.dispose]: () => void seen.push('first') });
    closing.use({
      async [Symbol.asyncDispose]() {
        seen.push('second');
        throw new Error('broken');
      },
    });
    closing.defer(() => seen.push('third'));
    await expect(closing[Symbol.asyncDispose]()).rejects.toThrow('broken');
    await expect(closing[Symbol.asyncDispose]()).rejects.toThrow('broken');
    expect(seen).toEqual(['third', 'second', 'first']);
  });

  it('closes at once what comes after the end, and disposing again waits for it', async () => {
    const closing = new Closing();
    await closing[Symbol.asyncDispose]();
    const { promise, resolve } = Promise.withResolvers<void>();
    const seen: string[] = [];
    closing.use({
      async [Symbol.asyncDispose]() {
        seen.push('asked');
        await promise;
        seen.push('closed');
      },
    });
    expect(seen).toEqual(['asked']);
    const again = closing[Symbol.asyncDispose]();
    resolve();
    await again;
    expect(seen).toEqual(['asked', 'closed']);
  });
});
