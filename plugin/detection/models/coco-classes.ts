/** How many classes a model of the COCO data set has, and which of them is a person. There is none for packages. */
const CLASSES = 80;
const PERSON = 0;

/** Names of the classes in their order, as far as they matter here. */
export const COCO_LABELS: readonly string[] = Array.from({ length: CLASSES }, (_, index) =>
  index === PERSON ? 'person' : `class ${index}`,
);
