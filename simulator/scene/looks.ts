/** Who comes to the door, by what they wear. */

export const WHO = ['courier', 'neighbour'] as const;
export type Who = (typeof WHO)[number];

/** Colours as by daylight. */
export interface Looks {
  skin: string;
  hair: string;
  jacket: string;
  /** Bands that shine, as couriers have them. */
  bands?: string;
  cap?: string;
  trousers: string;
  shoes: string;
  soles: string;
}

export const LOOKS: Readonly<Record<Who, Looks>> = {
  courier: {
    skin: '#d8a482',
    hair: '#3b291f',
    jacket: '#34598f',
    bands: '#e3e1d2',
    cap: '#2b4a7a',
    trousers: '#3d424e',
    shoes: '#2a2522',
    soles: '#cfcac0',
  },
  neighbour: {
    skin: '#a8744f',
    hair: '#211a17',
    jacket: '#8a3f36',
    trousers: '#47618a',
    shoes: '#6b5136',
    soles: '#e4e0d6',
  },
};
