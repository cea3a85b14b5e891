import type { FoundCamera } from '../../../protocol/api.ts';
import { useHub } from '../hub-context.tsx';
import { useExamination } from '../use-examination.ts';
import { words } from '../words/en.ts';
import { Notice } from './Notice.tsx';

const say = words.findCameras;

/** Searches the network for ONVIF cameras when asked to, and says what to write in the settings for each. */
export function FindCameras() {
  const { client } = useHub();
  const { report, problem, running, begin } = useExamination('network', (signal) => client.discover(signal));
  return (
    <section class="card" aria-labelledby="find-cameras">
      <h2 id="find-cameras">{say.title}</h2>
      {!report && !running && <p class="soft">{say.intro}</p>}
      <div aria-live="polite" aria-busy={running}>
        {running && <p class="soft">{say.looking}</p>}
        {problem && !running && <Notice problem={problem.problem} onRetry={begin} />}
        {report && !running && !problem && <Found cameras={report.cameras} />}
      </div>
      {!running && !problem && (
        <button type="button" class="button examine" onClick={begin}>
          {report ? say.again : say.begin}
        </button>
      )}
    </section>
  );
}

function Found({ cameras }: { cameras: readonly FoundCamera[] }) {
  if (cameras.length === 0) return <p>{say.none}</p>;
  return (
    <>
      <ul class="patients">
        {cameras.map((camera) => (
          <li key={`${camera.host}:${camera.port}`}>
            <strong>{camera.name ?? camera.model ?? say.nameless}</strong>
            {camera.name && camera.model && camera.model !== camera.name && `, ${camera.model}`}
            <small>
              {camera.configuredAs ? say.known(camera.configuredAs) : say.fresh(camera.host, camera.port)}
            </small>
          </li>
        ))}
      </ul>
      {cameras.some(({ configuredAs }) => !configuredAs) && <p class="soft">{say.next}</p>}
    </>
  );
}
