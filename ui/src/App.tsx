import { useCallback, useEffect, useState } from 'preact/hooks';
import type { SessionInfo } from '../../protocol/api.ts';
import { type HubClient, HubError } from './hub-client.ts';
import { HubProvider } from './hub-context.tsx';
import { CameraPage } from './pages/CameraPage.tsx';
import { Enter } from './pages/Enter.tsx';
import { Home } from './pages/Home.tsx';
import { Programs } from './pages/Programs.tsx';
import { Settings } from './pages/Settings.tsx';
import { Storage } from './pages/Storage.tsx';
import { Timeline } from './pages/Timeline.tsx';
import { Notice } from './parts/Notice.tsx';
import { Shell } from './parts/Shell.tsx';
import { useRoute } from './route.ts';

/** First who you are, then the house. */
export function App({ client }: { client: HubClient }) {
  const [session, setSession] = useState<SessionInfo>();
  const [problem, setProblem] = useState<HubError>();

  const ask = useCallback(() => {
    setProblem(undefined);
    client.session().then(setSession, (error: unknown) => error instanceof HubError && setProblem(error));
  }, [client]);
  useEffect(ask, [ask]);

  if (problem) {
    return (
      <main class="alone">
        <Notice problem={problem.problem} onRetry={ask} />
      </main>
    );
  }
  if (!session) return <main class="alone" aria-busy="true" />;
  if (!session.signedIn) return <Enter client={client} claimed={session.claimed} onEntered={setSession} />;
  return (
    <HubProvider client={client} onRefused={ask}>
      <Rooms onSignedOut={setSession} />
    </HubProvider>
  );
}

function Rooms({ onSignedOut }: { onSignedOut(session: SessionInfo): void }) {
  const route = useRoute();
  return (
    <Shell route={route}>
      {route.page === 'home' && <Home />}
      {route.page === 'timeline' && <Timeline selected={route.moment} />}
      {route.page === 'camera' && <CameraPage slug={route.slug} />}
      {route.page === 'storage' && <Storage />}
      {route.page === 'programs' && <Programs />}
      {route.page === 'settings' && <Settings onSignedOut={onSignedOut} />}
    </Shell>
  );
}
