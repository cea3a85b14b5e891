import {
  EMPTY_LEDGER,
  type Ledger,
  type LedgerStep,
  type PackageDraft,
} from '../../plugin/detection/package-changes.ts';
import {
  explainRemovals,
  eyesBegin,
  eyesGiveUp,
  hearOfHousehold,
  hearOfPackage,
  type SeenPackage,
  seePackage,
} from '../../plugin/detection/package-ledger.ts';
import type { HouseholdSignal } from '../../plugin/detection/package-verdict.ts';
import type { HomeState } from '../../protocol/detection.ts';

export const MIN = 60_000;
export const START = 1_790_000_000_000;

/** One porch: each line says what happens at which minute. */
export class Porch {
  ledger: Ledger = EMPTY_LEDGER;
  home: HomeState = 'unknown';
  readonly told: PackageDraft[] = [];
  #ids = 0;

  get context() {
    return { home: this.home, newId: () => `e${++this.#ids}` };
  }

  see(phase: SeenPackage['phase'], packageId: string, minute: number, more: Partial<SeenPackage> = {}) {
    const at = START + minute * MIN;
    const seen = {
      phase,
      packageId,
      at,
      decidedAt: at + 4000,
      rule: 'new-after-visit',
      score: 0.876,
    } as const;
    return this.#take(
      seePackage(this.ledger, { ...seen, decisionId: `d-${phase}-${packageId}`, ...more }, this.context),
    );
  }

  hear(phase: 'delivered' | 'removed', minute: number) {
    return this.#take(hearOfPackage(this.ledger, { phase, at: START + minute * MIN }, this.context));
  }

  household(kind: HouseholdSignal['kind'], minute: number) {
    return this.#take(hearOfHousehold(this.ledger, { kind, at: START + minute * MIN }, this.context));
  }

  explain(minute: number) {
    return this.#take(explainRemovals(this.ledger, START + minute * MIN, this.context));
  }

  /** Returns what the eyes are to forget. */
  eyesBegin(...packageIds: string[]): readonly string[] {
    const begun = eyesBegin(this.ledger, packageIds);
    this.ledger = begun.ledger;
    return begun.gone;
  }

  eyesGiveUp(...packageIds: string[]): void {
    this.ledger = eyesGiveUp(this.ledger, packageIds);
  }

  /** What was told, in short. */
  get story(): string[] {
    return this.told.map(
      ({ phase, package: { id, count, verdict }, supersedes }) =>
        `${phase} ${id} ${count}${verdict ? ` ${verdict}` : ''}${supersedes ? ` for ${supersedes}` : ''}`,
    );
  }

  #take(step: LedgerStep): string | undefined {
    this.ledger = step.ledger;
    this.told.push(...step.drafts);
    return step.eventId;
  }
}
