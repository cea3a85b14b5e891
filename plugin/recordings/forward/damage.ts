import type { Piece } from '../keeper/contract.ts';
import { pieceFault } from '../spool/piece-fault.ts';

/** `torn`: it is not there, or has another size. `altered`: its size, and other bytes. `unread`: it cannot be read, which says nothing about it. */
export type PieceFault = 'torn' | 'altered' | 'unread';

/** What is wrong with each piece in the spool, in their order; undefined for those that are what was written. */
export async function pieceFaults(pieces: readonly Piece[]): Promise<(PieceFault | undefined)[]> {
  const faults: (PieceFault | undefined)[] = [];
  for (const piece of pieces) faults.push(await faultOf(piece));
  return faults;
}

async function faultOf(piece: Piece): Promise<PieceFault | undefined> {
  const fault = await pieceFault(piece, { hash: true });
  return fault?.what === 'missing' || fault?.what === 'size' ? 'torn' : fault?.what;
}
