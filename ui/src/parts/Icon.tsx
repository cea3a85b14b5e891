/** Line drawings on a 24 px grid; the colour is that of the text. */
const DRAWINGS = {
  home: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10.5 19v-5h3v5',
  timeline: 'M5 7h9M5 12h14M5 17h6M18.5 7h.5M15.5 17h.5',
  settings: 'M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4',
  doorbell:
    'M6.5 16.5c1-1.2 1.3-2.5 1.3-5a4.2 4.2 0 0 1 8.4 0c0 2.5.3 3.8 1.3 5zM10.5 19.2a1.6 1.6 0 0 0 3 0M12 7.2V5.3',
  motion: 'M3.5 14c2-4.5 4-4.5 6-1s4 3.5 5.5 0 3.5-3.5 5.5-1',
  person: 'M12 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6M5.5 19c.6-3.6 3-5.2 6.5-5.2s5.9 1.6 6.5 5.2',
  parcelIn: 'M5 11.5v7h14v-7M5 11.5h14M12 3v5.5M9.5 6.5 12 9l2.5-2.5',
  parcelOut: 'M5 11.5v7h14v-7M5 11.5h14M12 9V3.5M9.5 5.5 12 3l2.5 2.5',
  parcelUndone: 'M5 11.5v7h14v-7M5 11.5h14M8.5 7.2 11 4.7M8.5 7.2l2.5 2.3M8.5 7.2h5a2 2 0 0 1 2 2',
  health: 'M4.5 11.5 12 5.5l7.5 6M6.5 10v8.5h11V10',
  play: 'M8.5 6v12l9.5-6z',
  pause: 'M9 6.5v11M15 6.5v11',
  again: 'M6.5 9.5A6.5 6.5 0 1 1 5.6 14M6 5v4.8h4.8',
  soundOn: 'M5 10v4h3l4 3.5v-11L8 10zM15.5 9.2a4 4 0 0 1 0 5.6M18 6.8a7.5 7.5 0 0 1 0 10.4',
  soundOff: 'M5 10v4h3l4 3.5v-11L8 10zM16 10l4 4M20 10l-4 4',
  fullScreen: 'M5 9.5V5h4.5M14.5 5H19v4.5M19 14.5V19h-4.5M9.5 19H5v-4.5',
  smallScreen: 'M9.5 5v4.5H5M19 9.5h-4.5V5M14.5 19v-4.5H19M5 14.5h4.5V19',
  away: 'M4 11.5c2 3 4.7 4.5 8 4.5s6-1.5 8-4.5M6.3 14.2 4.8 16.6M10 15.8l-.6 2.8M14 15.8l.6 2.8M17.7 14.2l1.5 2.4',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  back: 'M14 6l-6 6 6 6',
  up: 'M6 14l6-6 6 6',
  down: 'M6 10l6 6 6-6',
  well: 'M6 12.5l4 4 8-9',
  better: 'M12 17V8M8 11.5 12 7.5l4 4',
  needsYou: 'M12 6v7.5M12 17.4v.2',
  unsure: 'M9.2 9.3a2.9 2.9 0 1 1 4.3 2.6c-1 .6-1.5 1.1-1.5 2.2M12 17.4v.2',
  keep: 'M7.5 5h9v14.5L12 16l-4.5 3.5z',
  waits: 'M12 5a7 7 0 1 1 0 14a7 7 0 0 1 0-14M12 8.5V12l2.6 1.6',
  onward: 'M10 6l6 6-6 6',
  save: 'M12 4.5v10M8 10.8l4 4 4-4M5.5 18.5h13',
  eye: 'M3.5 12c2-3.7 4.9-5.5 8.5-5.5s6.5 1.8 8.5 5.5c-2 3.7-4.9 5.5-8.5 5.5S5.5 15.7 3.5 12M12 9.3a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 0 1 0-5.4',
  zones: 'M5 7.5 14 5l5 6.5-4 7.5-9.5-3z',
  copy: 'M9 9h10v10H9zM15 6V5H5v10h1',
} as const;

export type IconName = keyof typeof DRAWINGS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
