/** Follows what becomes of proposals, gently: the owner may take a day. */
import type { ShareInfo } from '../../protocol/sharing.ts';
import { isOpen } from './share-proposal.ts';

export interface ShareWatchOptions<Context> {
  /** `gone`: the hub does not know it any more; undefined: it did not answer. Never rejects. */
  look(id: string): Promise<ShareInfo | 'gone' | undefined>;
  /** Its state is another one. */
  tell(info: ShareInfo, context: Context): void;
}

interface Followed<Context> {
  state: ShareInfo['state'];
  context: Context;
  until: number;
  waitMs: number;
  timer: NodeJS.Timeout | undefined;
}

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
/** By then nobody expects an answer in a flow; the hub keeps it all the same. */
const LONGEST_MS = 24 * 60 * 60_000;
const MOST = 20;

export class ShareWatch<Context> {
  readonly #options: ShareWatchOptions<Context>;
  readonly #followed = new Map<string, Followed<Context>>();

  constructor(options: ShareWatchOptions<Context>) {
    this.#options = options;
  }

  /** How many are followed. */
  get size(): number {
    return this.#followed.size;
  }

  /** Tells of each change from now on, for a day at most; too many at once, and the oldest is let go of. */
  follow({ id, state }: Pick<ShareInfo, 'id' | 'state'>, context: Context): void {
    if (!isOpen(state)) return;
    this.#drop(id);
    const [oldest] = this.#followed.keys();
    if (oldest !== undefined && this.#followed.size >= MOST) this.#drop(oldest);
    const until = Date.now() + LONGEST_MS;
    this.#followed.set(id, { state, context, until, waitMs: FIRST_WAIT_MS, timer: undefined });
    this.#wait(id);
  }

  /** Something happened to some share: looks at all of them now. */
  lookNow(): void {
    for (const id of [...this.#followed.keys()]) void this.#look(id);
  }

  close(): void {
    for (const id of [...this.#followed.keys()]) this.#drop(id);
  }

  #drop(id: string): void {
    clearTimeout(this.#followed.get(id)?.timer);
    this.#followed.delete(id);
  }

  #wait(id: string): void {
    const followed = this.#followed.get(id);
    if (!followed) return;
    clearTimeout(followed.timer);
    if (Date.now() >= followed.until) {
      this.#drop(id);
      return;
    }
    followed.timer = setTimeout(() => void this.#look(id), followed.waitMs);
    followed.waitMs = Math.min(followed.waitMs * 2, LONGEST_WAIT_MS);
  }

  async #look(id: string): Promise<void> {
    const followed = this.#followed.get(id);
    if (!followed) return;
    clearTimeout(followed.timer);
    const info = await this.#options.look(id);
    // Let go of meanwhile, or seen by another look.
    if (this.#followed.get(id) !== followed) return;
    if (info === 'gone') this.#drop(id);
    else if (info && info.state !== followed.state) {
      followed.state = info.state;
      followed.waitMs = FIRST_WAIT_MS;
      if (!isOpen(info.state)) this.#drop(id);
      this.#options.tell(info, followed.context);
    }
    this.#wait(id);
  }
}
