/** Zones as JSON Schema: what the API takes, and what may stand in the file. */
import Type from 'typebox';

/** As many areas of a kind, and corners of an area, as the privacy masks of the configuration may have. */
const MOST_AREAS = 16;
const MOST_CORNERS = 32;

const corner = Type.Unsafe<[x: number, y: number]>({
  type: 'array',
  items: { type: 'number', minimum: 0, maximum: 1 },
  minItems: 2,
  maxItems: 2,
});

/** Corners of one area, from 0 (left, top) to 1. */
export const area = Type.Array(corner, { minItems: 3, maxItems: MOST_CORNERS });

const areas = (description: string) => Type.Array(area, { description, maxItems: MOST_AREAS });

/** The fields of `Zones`. */
export const zoneFields = {
  doorstep: areas('Where packages are put. Empty: the lower 60 % of the picture.'),
  motion: areas('Where motion and people count. Empty: everywhere.'),
  ignore: areas('Where nothing counts.'),
  privacy: areas('What nobody shall see, besides the privacy masks of the configuration.'),
};
