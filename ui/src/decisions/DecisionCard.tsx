import type { DecisionInfo } from '../../../protocol/detection.ts';
import { paths } from '../hub-client.ts';
import { ruleWords, scoreWords } from '../words/detection-words.ts';
import { words } from '../words/en.ts';
import { AnswerButtons } from './AnswerButtons.tsx';

const say = words.decisions;

export interface DecisionCardProps {
  decision: DecisionInfo;
  onChange(decision: DecisionInfo): void;
}

/** One decision of the detection: its pictures, the rule, what was measured, and whether it was right. */
export function DecisionCard({ decision, onChange }: DecisionCardProps) {
  const { id, pictures, scores, score, correctedBy } = decision;
  const measured = [[say.sure, score] as const, ...Object.entries(scores).map(named)];
  return (
    <article class="decision">
      {pictures.length > 0 && (
        <div class="decision-pictures">
          {pictures.map((which) => {
            const caption = pictures.length === 1 ? say.seen : say[which];
            return (
              <figure key={which}>
                <img src={paths.decisionPicture(id, which)} alt={caption} loading="lazy" />
                <figcaption>{caption}</figcaption>
              </figure>
            );
          })}
        </div>
      )}
      <p>{ruleWords(decision)}</p>
      {correctedBy !== undefined && <p class="soft">{say.corrected}</p>}
      <dl class="decision-scores" aria-label={say.measured}>
        {measured.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {/* A measure above 1 is no share, and has no bar. */}
              {value >= 0 && value <= 1 && <Bar share={value} />}
              <span>{numberWords(value)}</span>
            </dd>
          </div>
        ))}
      </dl>
      <AnswerButtons decision={decision} onChange={onChange} />
    </article>
  );
}

const named = ([name, value]: [string, number]) => [scoreWords(name), value] as const;

function Bar({ share }: { share: number }) {
  return (
    <i class="decision-bar">
      <b style={{ width: `${share * 100}%` }} />
    </i>
  );
}

/** `0.62`, `3.5`, `12`. */
function numberWords(value: number): string {
  return value.toLocaleString(words.locale, { maximumSignificantDigits: 2 });
}
