import { useState } from 'preact/hooks';
import { type NewToken, SCOPES, type Scope } from '../../../protocol/api.ts';
import { HubError } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { words } from '../words/en.ts';

const say = words.settings;

/** Name and rights of a new token. The rights begin with the least: to hear events. */
export function NewTokenForm({ onMade, onCancel }: { onMade(token: NewToken): void; onCancel(): void }) {
  const { client } = useHub();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['events']);
  const [problem, setProblem] = useState<HubError>();

  const make = (event: Event) => {
    event.preventDefault();
    setProblem(undefined);
    client
      .createToken(name.trim(), scopes)
      .then(onMade, (error: unknown) => error instanceof HubError && setProblem(error));
  };
  const toggle = (scope: Scope) =>
    setScopes(SCOPES.filter((each) => (each === scope ? !scopes.includes(each) : scopes.includes(each))));

  return (
    <form class="form" onSubmit={make}>
      <label class="field">
        <span>{say.tokenName}</span>
        <input
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          placeholder={say.tokenNameHint}
          maxLength={64}
          required
          autofocus
        />
      </label>
      <fieldset class="field">
        <legend>{say.tokenMay}</legend>
        {SCOPES.map((scope) => (
          <label key={scope} class="check">
            <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
            {say.scopes[scope]}
          </label>
        ))}
      </fieldset>
      {problem && (
        <p class="field-problem" role="alert">
          <strong>{problem.problem.what}</strong> {problem.problem.cure}
        </p>
      )}
      <div class="form-end">
        <button type="submit" class="button button-main" disabled={!name.trim() || scopes.length === 0}>
          {say.makeToken}
        </button>
        <button type="button" class="quiet" onClick={onCancel}>
          {say.cancel}
        </button>
      </div>
    </form>
  );
}
