import type { ComponentChildren } from 'preact';
import type { Examination } from '../use-examination.ts';
import { words } from '../words/en.ts';
import { Notice } from './Notice.tsx';

const say = words.doctor;

/** The button that begins an examination, what is seen while it runs, and its result. */
export function DoctorExamine<T>({
  examination: { report, problem, running, begin },
  looking,
  children,
}: {
  examination: Examination<T>;
  /** What is looked at, in a sentence. */
  looking: string;
  children: (report: T) => ComponentChildren;
}) {
  return (
    <>
      <div aria-live="polite" aria-busy={running}>
        {running && (
          <div class="examining">
            <p class="soft">{looking}</p>
            <span class="skeleton skeleton-line" />
            <span class="skeleton skeleton-line skeleton-short" />
          </div>
        )}
        {problem && !running && <Notice problem={problem.problem} onRetry={begin} />}
        {report !== undefined && !running && !problem && children(report)}
      </div>
      {!running && !problem && (
        <button type="button" class="button examine" onClick={begin}>
          {report === undefined ? say.examine : say.examineAgain}
        </button>
      )}
    </>
  );
}
