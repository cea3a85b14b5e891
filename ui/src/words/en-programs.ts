import type { Scope } from '../../../protocol/api.ts';

/** What the app says of programs that ask to be let in. */
export const programs = {
  title: 'Programs',
  back: 'Settings',
  line: 'Node-RED and other programs',
  lineMore: 'Who may come in, and what they may do',
  waiting: (names: readonly string[]) =>
    names.length === 1 ? `${names[0]} asks to be let in.` : `${names.length} programs ask to be let in.`,
  look: 'Look',
  asks: (name: string) => `${name} asks to be let in`,
  compare: 'The program shows this code, too:',
  /** The address and the time follow. */
  from: 'Asked from',
  careful:
    'Anybody in your network can ask, under any name. Approve what you have started yourself, and only if the code is the same.',
  several: (count: number) =>
    `${count} programs ask at the same time, maybe under the same name. Yours is the one that shows the same code: type its last four digits.`,
  noneOfThem: 'None of these',
  lastDigits: 'The last four digits, as the program shows them',
  otherDigits: 'Those are not the last digits of this request. Look at the code in the program once more.',
  may: 'It may',
  wished: 'asked for',
  meaning: {
    events: 'Rings, motion, people and parcels, with place and time. No pictures.',
    media: 'Live pictures, snapshots and everything that is kept, of every camera.',
    control: 'Privacy, detection, a try-out of the bell, and who is home.',
    'share:request':
      'It can only propose. You look at each recording and decide by hand; nothing leaves without you.',
  } satisfies Record<Scope, string>,
  approve: 'Approve',
  notNow: 'Not now',
  approved: (name: string) => `${name} is let in and fetches its token now.`,
};
