import { useHub } from '../hub-context.tsx';
import { Notice } from '../parts/Notice.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Tokens } from '../parts/Tokens.tsx';
import { PairingCard } from '../programs/PairingCard.tsx';
import { usePairings } from '../programs/use-pairings.ts';
import { useNow } from '../use-now.ts';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';

const REFRESH_MS = 2_000;
const say = words.programs;

/** The programs that ask to be let in, and those that are. */
export function Programs() {
  const { pairings, read } = usePairings(REFRESH_MS);
  const { client } = useHub();
  const now = useNow(10_000);
  const waiting = pairings?.filter(({ state }) => state === 'pending') ?? [];
  const declineAll = useOrder(() => Promise.all(waiting.map(({ id }) => client.declinePairing(id))), read);
  // A token comes to be when its program fetches it: then the pairing goes.
  const ids = pairings?.map(({ id, state }) => id + state).join() ?? '';
  return (
    <>
      <PageHead title={say.title} back={{ to: { page: 'settings' }, label: say.back }} />
      {waiting.length > 1 && (
        <div class="notice" role="status">
          <p>{say.several(waiting.length)}</p>
          {declineAll.problem && <Notice problem={declineAll.problem} />}
          <button type="button" class="button" disabled={declineAll.busy} onClick={declineAll.give}>
            {say.noneOfThem}
          </button>
        </div>
      )}
      {pairings?.map((pairing) => (
        <PairingCard
          key={pairing.id}
          pairing={pairing}
          now={now}
          amongOthers={waiting.length > 1}
          onAnswered={read}
        />
      ))}
      <Tokens anew={ids} />
    </>
  );
}
