import { useEffect, useState } from 'preact/hooks';
import type { NewToken, TokenInfo } from '../../../protocol/api.ts';
import { HubError } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { useNow } from '../use-now.ts';
import { words } from '../words/en.ts';
import { NewTokenForm } from './NewTokenForm.tsx';
import { Notice } from './Notice.tsx';
import { TokenOnce } from './TokenOnce.tsx';
import { When } from './When.tsx';

const say = words.settings;

/** The programs that may come in, and the way to let another one in. The list is read again whenever `anew` changes. */
export function Tokens({ anew }: { anew: string }) {
  const { client } = useHub();
  const now = useNow(10_000);
  const [tokens, setTokens] = useState<TokenInfo[]>();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewToken>();
  const [problem, setProblem] = useState<HubError>();
  const failed = (error: unknown) => error instanceof HubError && setProblem(error);

  useEffect(() => {
    client.tokens().then(setTokens, (error: unknown) => error instanceof HubError && setProblem(error));
  }, [client, anew]);

  const withdraw = (token: TokenInfo) => {
    if (!confirm(say.withdrawSure(token.name))) return;
    setProblem(undefined);
    client
      .revokeToken(token.id)
      .then(() => setTokens((all) => all?.filter(({ id }) => id !== token.id)), failed);
  };

  const onMade = (token: NewToken) => {
    setMade(token);
    setMaking(false);
    setTokens((all) => [...(all ?? []), token]);
  };

  return (
    <section class="card">
      <h2>{say.nodeRed}</h2>
      <p class="soft">{say.nodeRedIntro}</p>
      {problem && <Notice problem={problem.problem} />}
      {tokens?.length === 0 && !made && <p>{say.noTokens}</p>}
      <ul class="tokens">
        {tokens?.map((token) => (
          <li key={token.id} class="card-line">
            <p>
              {token.name}
              <small>
                {token.scopes.map((scope) => say.scopes[scope]).join(', ')} ·{' '}
                {token.lastUsedAt === undefined ? (
                  say.neverUsed
                ) : (
                  <>
                    {say.lastUsed} <When at={token.lastUsedAt} now={now} />
                  </>
                )}
              </small>
            </p>
            <button type="button" class="quiet stop" onClick={() => withdraw(token)}>
              {say.withdraw}
            </button>
          </li>
        ))}
      </ul>
      {made && <TokenOnce token={made} onDone={() => setMade(undefined)} />}
      {making && <NewTokenForm onMade={onMade} onCancel={() => setMaking(false)} />}
      {!making && !made && (
        <button type="button" class="button" onClick={() => setMaking(true)}>
          {say.newToken}
        </button>
      )}
    </section>
  );
}
