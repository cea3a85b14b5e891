import { useRef, useState } from 'preact/hooks';
import type { NewToken } from '../../../protocol/api.ts';
import { words } from '../words/en.ts';

const say = words.settings;

/** A new token's secret, to be copied now or never. */
export function TokenOnce({ token, onDone }: { token: NewToken; onDone(): void }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);

  const copy = () => {
    field.current?.select();
    // Without https there is no clipboard; the selected text can be copied by hand.
    navigator.clipboard?.writeText(token.token).then(
      () => setCopied(true),
      () => undefined,
    );
  };

  return (
    <div class="form" role="status">
      <label class="field">
        <span>{say.tokenOnce(token.name)}</span>
        <input
          ref={field}
          class="code"
          value={token.token}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <div class="form-end">
        <button type="button" class="button button-main" onClick={copy}>
          {copied ? say.copied : say.copy}
        </button>
        <button type="button" class="quiet" onClick={onDone}>
          {say.done}
        </button>
      </div>
    </div>
  );
}
