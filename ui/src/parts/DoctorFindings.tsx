import type { Verdict } from '../../../protocol/api.ts';
import { sortFindings } from '../doctor-findings.ts';
import { words } from '../words/en.ts';
import { Icon, type IconName } from './Icon.tsx';

const say = words.doctor;

const SIGNS: Record<Verdict['judgement'], IconName> = {
  good: 'well',
  'could-be-better': 'better',
  bad: 'needsYou',
  unknown: 'unsure',
};

/** What the doctor found, with the fix beside each; what is well stays folded away. */
export function DoctorFindings({ verdicts }: { verdicts: readonly Verdict[] }) {
  const { open, unsure, well } = sortFindings(verdicts);
  return (
    <>
      <FindingList verdicts={open} />
      {unsure.length > 0 && (
        <details class="findings-more">
          <summary>{say.unsure(unsure.length)}</summary>
          <FindingList verdicts={unsure} />
        </details>
      )}
      {well.length > 0 && (
        <details class="findings-more">
          <summary>{say.well(well.length)}</summary>
          <FindingList verdicts={well} />
        </details>
      )}
    </>
  );
}

/** All of them, in the order given. A cure that was `told` before is not told again. */
export function FindingList({
  verdicts,
  told,
}: {
  verdicts: readonly Verdict[];
  told?: ReadonlySet<string>;
}) {
  if (verdicts.length === 0) return null;
  return (
    <ul class="findings">
      {verdicts.map((verdict) => (
        <li key={verdict.check} class={`finding finding-${verdict.judgement}`}>
          <span class="finding-sign" role="img" aria-label={say.judgements[verdict.judgement]}>
            <Icon name={SIGNS[verdict.judgement]} />
          </span>
          <div class="finding-text">
            <p class="finding-name">{say.checks[verdict.check] ?? verdict.check}</p>
            <p>{verdict.found}</p>
            {verdict.cure &&
              (told?.has(verdict.cure) ? (
                <p class="soft">{say.asAbove}</p>
              ) : (
                <p class="finding-cure">{verdict.cure}</p>
              ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
