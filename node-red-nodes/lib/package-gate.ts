/** Which news of packages is worth a message, and at which output. */
import type { DoorstepEvent, PackageFacts } from '../../protocol/event.ts';

export type Verdict = NonNullable<PackageFacts['verdict']>;

export interface PackageLimits {
  /** 0 to 1. What comes without a score, as from a camera of its own, always passes. */
  minScore: number;
  /** Only what was seen in this area; empty means anywhere. */
  zone: string;
  /** Which removals go to the second output; none means all. */
  verdicts: readonly string[];
}

/** In the order of the outputs. `other`: removals of another verdict, and corrections. */
export const PACKAGE_OUTPUTS = ['delivered', 'removed', 'other'] as const;
export type PackageOutput = (typeof PACKAGE_OUTPUTS)[number];

/** More corrections than these go to the flow although it never heard of what they correct. */
const REMEMBERED = 200;

export class PackageGate {
  readonly #limits: PackageLimits;
  readonly #leftOut = new Set<string>();

  constructor(limits: PackageLimits) {
    this.#limits = limits;
  }

  /** Takes a package event; undefined where it is to be left out, and with it what corrects it later. */
  take(event: DoorstepEvent): PackageOutput | undefined {
    const { id, phase, supersedes } = event;
    const counts =
      phase === 'corrected'
        ? supersedes === undefined || !this.#leftOut.has(supersedes)
        : this.#isWanted(event);
    if (!counts) {
      this.#leaveOut(id);
      return undefined;
    }
    if (phase === 'delivered') return 'delivered';
    const { verdicts } = this.#limits;
    const { verdict = 'unknown' } = event.package ?? {};
    return phase === 'removed' && (verdicts.length === 0 || verdicts.includes(verdict)) ? 'removed' : 'other';
  }

  #isWanted({ score, zone }: DoorstepEvent): boolean {
    const { minScore, zone: wanted } = this.#limits;
    return (score === undefined || score >= minScore) && (wanted === '' || zone === wanted);
  }

  #leaveOut(id: string): void {
    this.#leftOut.add(id);
    if (this.#leftOut.size <= REMEMBERED) return;
    const [oldest] = this.#leftOut;
    if (oldest !== undefined) this.#leftOut.delete(oldest);
  }
}
