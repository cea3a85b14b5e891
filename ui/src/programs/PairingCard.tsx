import { useState } from 'preact/hooks';
import { SCOPES, type Scope } from '../../../protocol/api.ts';
import type { PairingInfo } from '../../../protocol/pairing.ts';
import { useHub } from '../hub-context.tsx';
import { Notice } from '../parts/Notice.tsx';
import { When } from '../parts/When.tsx';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';

const say = words.programs;

export interface PairingCardProps {
  pairing: PairingInfo;
  now: number;
  /** Others ask as well: then the code is not only looked at, but typed. */
  amongOthers: boolean;
  onAnswered(): void;
}

/** A program that asks to be let in: the code to compare, what it may do, yes or not now. The ticks begin with the least. */
export function PairingCard({ pairing, now, amongOthers, onAnswered }: PairingCardProps) {
  const { id, name, code, address, askedAt, scopes: wished } = pairing;
  const { client } = useHub();
  const [scopes, setScopes] = useState<readonly Scope[]>(['events']);
  const [typed, setTyped] = useState('');
  const approve = useOrder(() => client.approvePairing(id, scopes), onAnswered);
  const decline = useOrder(() => client.declinePairing(id), onAnswered);
  const problem = approve.problem ?? decline.problem;
  const toggle = (scope: Scope) =>
    setScopes(SCOPES.filter((each) => (each === scope ? !scopes.includes(each) : scopes.includes(each))));

  const [first = '', last = ''] = code.split('-');
  const isCompared = !amongOthers || typed === last;

  if (pairing.state === 'approved') {
    return (
      <section class="card" role="status">
        <p>{say.approved(name)}</p>
      </section>
    );
  }
  return (
    <section class="card pairing" aria-labelledby={`pairing-${code}`}>
      <h2 id={`pairing-${code}`}>{say.asks(name)}</h2>
      <p>{say.compare}</p>
      <p class="code pairing-code">{amongOthers ? `${first}-····` : code}</p>
      {amongOthers && (
        <label class="field">
          <span>{say.lastDigits}</span>
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            maxLength={4}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value.trim())}
          />
          {typed.length === 4 && !isCompared && (
            <span class="field-problem" role="alert">
              {say.otherDigits}
            </span>
          )}
        </label>
      )}
      <p class="soft">
        {say.from} {address}, <When at={askedAt} now={now} />
      </p>
      <p class="soft">{say.careful}</p>
      <fieldset class="field">
        <legend>{say.may}</legend>
        {SCOPES.map((scope) => (
          <label key={scope} class="check pairing-scope">
            <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
            <span>
              {words.settings.scopes[scope]}
              {wished.includes(scope) && <span class="pairing-wished">{say.wished}</span>}
              <small>{say.meaning[scope]}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {problem && <Notice problem={problem} />}
      <div class="form-end">
        <button
          type="button"
          class="button button-main"
          disabled={approve.busy || decline.busy || scopes.length === 0 || !isCompared}
          onClick={approve.give}
        >
          {say.approve}
        </button>
        <button type="button" class="button" disabled={approve.busy || decline.busy} onClick={decline.give}>
          {say.notNow}
        </button>
      </div>
    </section>
  );
}
