/** Where things are on the porch. Scenes are laid out on this grid, whatever the size of the picture. */
export const GRID = { width: 1280, height: 720 } as const;

/** Height of the visitor's feet. */
export const FEET_Y = 660;
export const BELL = { x: 588, y: 372 } as const;
/** Middle of the parcel's bottom edge when it lies on the mat. */
export const MAT_SPOT = { x: 402, y: 632 } as const;
export const PARCEL = { width: 104, height: 66 } as const;
