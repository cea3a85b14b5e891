/** That a person has typed the PIN just now, for these very bytes. It lives in this process alone: nothing that was parsed or read can be one. */
export interface PinProof {
  readonly approverId: string;
  readonly shareId: string;
  /** See `digestOf`. */
  readonly digest: string;
}

const made = new WeakSet<object>();

/** For `Approvers.prove` alone, which has compared the PIN. */
export function makePinProof(proof: PinProof): PinProof {
  const copy = Object.freeze({ ...proof });
  made.add(copy);
  return copy;
}

/** Whether it was made here, and not merely looks like it. */
export function isPinProof(value: unknown): value is PinProof {
  return typeof value === 'object' && value !== null && made.has(value);
}
