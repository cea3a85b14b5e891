import type { DecisionInfo } from '../../../protocol/detection.ts';
import { paths } from '../hub-client.ts';
import { ruleWords } from '../words/detection-words.ts';
import { words } from '../words/en.ts';
import { AnswerButtons } from './AnswerButtons.tsx';
import { measuresOf } from './measures.ts';

const say = words.decisions;

export interface DecisionCardProps {
  decision: DecisionInfo;
  onChange(decision: DecisionInfo): void;
}

/** One decision of the detection: its pictures, the rule, what was measured, and whether it was right. */
export function DecisionCard({ decision, onChange }: DecisionCardProps) {
  const { id, pictures, correctedBy } = decision;
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
        {measuresOf(decision).map(({ name, text, share }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {share !== undefined && (
                <i class="decision-bar">
                  <b style={{ width: `${share * 100}%` }} />
                </i>
              )}
              <span>{text}</span>
            </dd>
          </div>
        ))}
      </dl>
      <AnswerButtons decision={decision} onChange={onChange} />
    </article>
  );
}
