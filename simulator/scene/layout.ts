/** Where things are on the porch. Scenes are laid out on this grid, whatever the size of the picture. */
export const GRID = { width: 1280, height: 720 } as const;

/** Height of the visitor's feet. */
export const FEET_Y = 660;
export const BELL = { x: 588, y: 372 } as const;
/** Middle of the parcel's bottom edge when it lies on the mat. */
export const MAT_SPOT = { x: 398, y: 634 } as const;
/** Its long side is the front when it lies on the mat; carried, it is seen from its short side. */
export const PARCEL = { width: 164, height: 96, shortSide: 112 } as const;
/** How far one step takes a visitor. */
export const STEP_LENGTH = 124;
