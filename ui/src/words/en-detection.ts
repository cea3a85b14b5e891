import type { DecisionInfo, DetectionRule, SightInfo, Zones } from '../../../protocol/detection.ts';

/** What the web app says of detection, in English; a part of `words`. */
export const detection = {
  zones: {
    title: 'Zones',
    open: 'Zones',
    kind: 'What is drawn',
    kinds: {
      doorstep: {
        name: 'Doorstep',
        means: 'Parcels are looked for here.',
        none: 'None is drawn: the lower part of the picture is searched.',
      },
      motion: {
        name: 'Motion',
        means: 'Motion and people count here, and nowhere else.',
        none: 'None is drawn: they count everywhere.',
      },
      ignore: {
        name: 'Ignore',
        means: 'Nothing counts here: the street, a tree in the wind.',
        none: 'None is drawn.',
      },
      privacy: {
        name: 'Privacy',
        means: 'Nobody sees what is here: it is black in every picture and recording.',
        none: 'None is drawn.',
      },
    } satisfies Record<keyof Zones, { name: string; means: string; none: string }>,
    fixed: (areas: number) =>
      areas === 1
        ? 'The area with a broken line comes from the settings and stays.'
        : `The ${areas} areas with a broken line come from the settings and stay.`,
    how: 'Tap the picture to set corners, or add an area and drag its corners.',
    howByKeys:
      'With keys: Tab to a corner, arrows move it (with Shift further), Enter sets another, Backspace takes it away.',
    ground: 'Set a corner',
    add: 'Add an area',
    removeCorner: 'Remove corner',
    removeArea: 'Remove area',
    undo: 'Undo',
    corner: (kind: string, area: number, corner: number, corners: number) =>
      `${kind} ${area}, corner ${corner} of ${corners}`,
    save: 'Save',
    discard: 'Leave without saving',
    close: 'Close',
    away: 'When it is saved, the picture is away for a few seconds.',
    saved: 'Saved. It counts from now on.',
    savedAway: 'Saved. The picture comes back in a few seconds, with these areas black.',
  },

  sight: {
    title: 'What the detector sees',
    asking: 'Asking the detector.',
    nothingLooks: 'Nothing looks now: detection is off, or there is no picture.',
    smallest: (seconds: string) =>
      `Things lower than the bar do not count, nor what moves for less than ${seconds}\u00a0s.`,
    model: (name: string) => `People: ${name}.`,
    personSure: 'Person, sure',
    personLikely: 'Person, likely',
    parcel: 'Parcel',
    waitsFor: {
      stillness: 'Waits until it lies still',
      visit: 'Waits for a visit',
      'nobody-near': 'Waits until nobody is near',
      'closer-look': 'Waits for a closer look',
      light: 'Waits for light',
    } satisfies Record<SightInfo['candidates'][number]['waitsFor'], string>,
  },

  decisions: {
    why: 'Why?',
    title: 'What it decided lately',
    none: 'Nothing was decided here yet.',
    noneKept: 'Nothing is kept of this one: it was not seen in the picture but told, or it was too long ago.',
    before: 'Before',
    after: 'After',
    seen: 'Seen',
    measured: 'What was measured',
    sure: 'How sure',
    corrected: 'A better view showed later that it was otherwise.',
    question: 'Was that right?',
    right: 'Right',
    wrong: 'Wrong',
    undo: 'Undo',
    thanks: {
      right: 'Thank you. That is good to know.',
      careful: 'Thank you. This camera is now a little more careful.',
      noted: 'Thank you. It is noted.',
    },
    kinds: {
      motion: 'Something moved.',
      person: 'A person was seen.',
      package: 'Something changed at the doorstep.',
    } satisfies Record<DecisionInfo['kind'], string>,
    /** What was decided, as a heading. */
    phases: {
      motion: { start: 'Something moved' },
      person: { start: 'Somebody was there' },
      package: {
        delivered: 'A parcel came',
        removed: 'A parcel is gone',
        corrected: 'Seen better',
      },
    } as Readonly<Record<DecisionInfo['kind'], Partial<Record<DecisionInfo['phase'], string>>>>,
    rules: {
      moved: 'Something moved for long enough.',
      'person-seen': 'The model saw a person, more than once, where something moved.',
      'new-after-visit': 'Something new lies there after a visit.',
      'back-as-before': 'What lay there is gone, and the place looks as it did before it came.',
      'gone-after-visit': 'Something that was there all along is gone after a visit.',
      'still-there': 'A better view showed that it still lies there.',
      'seen-better': 'A better view showed that it was otherwise.',
      model: 'Your own model recognised it.',
    } satisfies Record<DetectionRule, string>,
    percent: (value: number) => `${value} %`,
    seconds: (value: number) => `${value} s`,
    /** Measures that mean something to people, in the order in which they are told. */
    scores: {
      height: 'Height',
      edges: 'Outline',
      unlike: 'Stands out',
      likeness: 'Like before',
      contrast: 'Contrast',
      seconds: 'How long',
    } as Readonly<Record<string, string>>,
  },

  tuning: {
    title: 'Learnt from your answers',
    none: 'Nothing yet. Under “Why?” you can say what was right or wrong, and this camera learns from it.',
    answers: (right: number, wrong: number) => `${right} right, ${wrong} wrong`,
    careful: (little: boolean, subject: string) => `${little ? 'a little ' : ''}more careful with ${subject}`,
    keen: (little: boolean, subject: string) => `${little ? 'a little ' : ''}keener on ${subject}`,
    asShipped: 'as shipped',
    subjects: { motion: 'motion', person: 'people', package: 'parcels' },
    reset: 'Reset',
    isReset: 'As shipped again.',
  },

  parcels: {
    title: 'Parcels',
    since: (count: number, atDoor: boolean, when: string) => {
      const where = atDoor ? ' at the door' : '';
      return count === 1
        ? `Parcel${where} since ${when}`
        : `${count} parcels${where}, the first since ${when}`;
    },
    unseen: 'Cannot be seen just now.',
    take: (count: number) => (count === 1 ? 'I took it in' : 'I took them in'),
    taken: 'Taken in.',
    gone: (when: string) => `The parcel is gone (${when}). Was that you?`,
    nobodyHome: 'Nobody was home.',
    yes: 'Yes, it was me',
    thanks: 'Good to know.',
    open: (what: string) => `${what}: open`,
  },

  household: {
    home: (when: string) => `Somebody is home, since ${when}.`,
    away: (when: string) => `Nobody is home, since ${when}.`,
    somebodyHome: 'Somebody is home',
    hint: 'Helps to tell who took a parcel in. HomeKit and Node-RED can say it, too.',
    untold: 'Nobody has said so yet.',
  },
};
