import { useEffect, useState } from 'preact/hooks';
import type { HealthInfo, SessionInfo } from '../../../protocol/api.ts';
import { HomeSwitch } from '../household/HomeSwitch.tsx';
import { HubError } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { DoctorHost } from '../parts/DoctorHost.tsx';
import { FindCameras } from '../parts/FindCameras.tsx';
import { Notice } from '../parts/Notice.tsx';
import { StorageLine } from '../parts/StorageLine.tsx';
import { ProgramsLine } from '../programs/ProgramsLine.tsx';
import { useNow } from '../use-now.ts';
import { useStorage } from '../use-storage.ts';
import { words } from '../words/en.ts';
import { storageState } from '../words/storage-words.ts';
import { lengthWords, timeStyle } from '../words/time-words.ts';

const say = words.settings;
const style = timeStyle(navigator.language);

/** What a household looks at twice a year. */
export function Settings({ onSignedOut }: { onSignedOut(session: SessionInfo): void }) {
  const { client } = useHub();
  const { storage, problem: storageProblem, read: readStorage } = useStorage();
  const now = useNow(10_000);
  const [health, setHealth] = useState<HealthInfo>();
  const [problem, setProblem] = useState<HubError>();

  const read = () => {
    setProblem(undefined);
    const failed = (error: unknown) => error instanceof HubError && setProblem(error);
    client.health().then(setHealth, failed);
  };
  useEffect(read, [client]);

  const signOut = () =>
    client.signOut().then(onSignedOut, (error: unknown) => error instanceof HubError && setProblem(error));

  return (
    <>
      <h1>{say.title}</h1>
      {problem && <Notice problem={problem.problem} onRetry={read} />}

      <section class="card">
        <h2>{say.recordings}</h2>
        {storageProblem && <Notice problem={storageProblem.problem} onRetry={readStorage} />}
        {storage ? (
          <StorageLine state={storageState(storage, now, style)} />
        ) : (
          <p class="skeleton skeleton-line" />
        )}
      </section>

      <FindCameras />

      <DoctorHost />

      <section class="card">
        <h2>{words.programs.title}</h2>
        <ProgramsLine />
      </section>

      <section class="card">
        <h2>{say.household}</h2>
        <HomeSwitch />
        <div class="card-line">
          <p>{say.householdIntro}</p>
          <button type="button" class="button" onClick={signOut}>
            {say.signOut}
          </button>
        </div>
      </section>

      <section class="card">
        <h2>{say.about}</h2>
        {health ? (
          <p>
            {say.version(health.version)}, {say.runningFor(lengthWords(health.uptimeMs))}.
            {health.ffmpeg && <small>{say.ffmpeg(health.ffmpeg.version, health.ffmpeg.origin)}</small>}
          </p>
        ) : (
          <p class="skeleton skeleton-line" />
        )}
        <p class="soft">{say.localOnly}</p>
      </section>
    </>
  );
}
