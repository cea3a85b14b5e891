/** A part of a file, as bytes from `from` up to and without `to`. */
export interface ByteRange {
  from: number;
  to: number;
}

/**
 * What a `Range` header asks for of a file of this size. RFC 9110, section 14: undefined (send all of it) without the header, or where it asks for
 * several ranges or makes no sense; `unsatisfiable` where it asks for what is not there.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length > 0 ? { from: size - length, to: size } : 'unsatisfiable';
  }
  const from = Number(first);
  const to = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < from) return undefined;
  return from < size ? { from, to } : 'unsatisfiable';
}
