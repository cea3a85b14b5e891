import { useState } from 'preact/hooks';
import type { SessionInfo } from '../../../protocol/api.ts';
import { type HubClient, HubError } from '../hub-client.ts';
import { words } from '../words/en.ts';

const SHORTEST = 8;

export interface EnterProps {
  client: HubClient;
  /** A passphrase has been set: sign in. Else: claim the hub with the code from its log. */
  claimed: boolean;
  onEntered(session: SessionInfo): void;
}

/** The front door of the app. */
export function Enter({ client, claimed, onEntered }: EnterProps) {
  const say = words.enter;
  const [code, setCode] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [shown, setShown] = useState(!claimed);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<HubError>();

  const enter = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      onEntered(await (claimed ? client.signIn(passphrase) : client.claim(code.trim(), passphrase)));
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      setProblem(error);
      setBusy(false);
    }
  };

  return (
    <main class="alone">
      <form class="enter" onSubmit={enter}>
        <img src="/icon.svg" alt="" width="72" height="72" />
        <h1>{claimed ? say.signInTitle : say.claimTitle}</h1>
        {!claimed && (
          <>
            <p class="soft">{say.claimIntro}</p>
            <label class="field">
              <span>{say.code}</span>
              <input
                class="code"
                value={code}
                onInput={(event) => setCode(event.currentTarget.value)}
                required
                autocomplete="one-time-code"
                autocapitalize="characters"
                spellcheck={false}
                autofocus
              />
            </label>
          </>
        )}
        {/* Password managers file the passphrase under this name. */}
        <input
          class="unseen"
          type="text"
          autocomplete="username"
          value="household"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <div class="field">
          <label for="passphrase">{claimed ? say.passphrase : say.newPassphrase}</label>
          <span class="field-row">
            <input
              {...(shown ? { type: 'text' } : { type: 'password' })}
              id="passphrase"
              value={passphrase}
              onInput={(event) => setPassphrase(event.currentTarget.value)}
              required
              minLength={claimed ? 1 : SHORTEST}
              maxLength={256}
              autocomplete={claimed ? 'current-password' : 'new-password'}
              spellcheck={false}
              autofocus={claimed}
            />
            <button type="button" class="quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
              {shown ? say.hide : say.show}
            </button>
          </span>
          {!claimed && <small>{say.newPassphraseHint}</small>}
        </div>
        {problem && (
          <p class="field-problem" role="alert">
            <strong>{problem.problem.what}</strong> {problem.problem.cure}
          </p>
        )}
        <button type="submit" class="button button-main" disabled={busy}>
          {claimed ? say.signIn : say.claim}
        </button>
        {claimed && (
          <details class="soft">
            <summary>{say.forgottenQuestion}</summary>
            <p>{say.forgotten}</p>
          </details>
        )}
      </form>
    </main>
  );
}
