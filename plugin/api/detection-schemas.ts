/** The shapes of `protocol/detection.ts` as JSON Schema, as `schemas.ts` has those of `protocol/api.ts`. */
import Type from 'typebox';
import {
  type Box,
  DETECTION_RULES,
  type DecisionInfo,
  type DecisionsReply,
  HOME_STATES,
  type HomeState,
  type HouseholdInfo,
  type SightInfo,
  type SightReply,
  type Tuning,
  type ZonesOrder,
  type ZonesReply,
} from '../../protocol/detection.ts';
import { area, zoneFields } from '../detection/zones-schema.ts';
import { cameraRef } from './schemas.ts';
import { oneOf, shapeOf, time } from './shape-of.ts';

const part = Type.Number({ minimum: 0, maximum: 1 });

const box = shapeOf<Box>()(
  Type.Object(
    { left: part, top: part, right: part, bottom: part },
    { description: 'In parts of the picture, 0 (left, top) to 1.' },
  ),
);

export const zonesOrder = shapeOf<ZonesOrder>()(
  Type.Object(
    {
      ...zoneFields,
      version: Type.String({
        description: 'Of the areas that these are in place of, as read.',
        maxLength: 64,
      }),
    },
    { additionalProperties: false },
  ),
);

export const zonesReply = shapeOf<ZonesReply>()(
  Type.Object({
    ...zoneFields,
    configured: Type.Array(area, { description: 'Privacy masks of the configuration; they always hold.' }),
    version: Type.String({ description: 'Another whenever the household has drawn otherwise.' }),
  }),
);

export const decisionInfo = shapeOf<DecisionInfo>()(
  Type.Object({
    id: Type.String(),
    camera: cameraRef,
    at: time('When it happened.'),
    kind: oneOf(['motion', 'person', 'package']),
    phase: oneOf(['start', 'delivered', 'removed', 'corrected']),
    rule: oneOf(DETECTION_RULES, { description: 'Which rule decided.' }),
    score: part,
    scores: Type.Record(Type.String(), Type.Number(), { description: 'What was measured, by name.' }),
    box,
    eventId: Type.String({ description: 'Event that told of it.' }),
    pictures: Type.Array(oneOf(['before', 'after']), { description: 'Which pictures of it there are.' }),
    answer: Type.Optional(oneOf(['right', 'wrong'], { description: 'What the household said of it.' })),
    correctedBy: Type.Optional(
      Type.String({ description: 'Decision by which it was later found to be mistaken.' }),
    ),
  }),
);

export const decisionsReply = shapeOf<DecisionsReply>()(Type.Object({ decisions: Type.Array(decisionInfo) }));

const leaning = Type.Number({
  description: '0 is as shipped, -1 the most careful, 1 the keenest.',
  minimum: -1,
  maximum: 1,
});

export const tuning = shapeOf<Tuning>()(
  Type.Object({
    motion: leaning,
    person: leaning,
    package: leaning,
    right: Type.Integer({ description: 'Answers that it rests on.' }),
    wrong: Type.Integer({ description: 'Answers that it rests on.' }),
  }),
);

const sightInfo = shapeOf<SightInfo>()(
  Type.Object({
    at: time('Of the newest picture; 0 before the first.'),
    motion: Type.Object({
      columns: Type.Integer(),
      rows: Type.Integer(),
      cells: Type.String({ description: 'Row by row, one sign a cell: `1` where something moves.' }),
    }),
    people: Type.Array(Type.Object({ box, score: part })),
    candidates: Type.Array(
      Type.Object({ box, waitsFor: oneOf(['stillness', 'visit', 'nobody-near', 'closer-look', 'light']) }),
      { description: 'What might become or have been a package, and what it waits for.' },
    ),
    packages: Type.Array(Type.Object({ id: Type.String(), box })),
    smallest: Type.Number({ description: "Smallest thing that counts, as a part of the picture's height." }),
    shortestMs: Type.Number({ description: 'For how long it must move.' }),
    model: Type.Optional(Type.String({ description: 'The model that looks for people.' })),
  }),
);

export const sightReply = shapeOf<SightReply>()(Type.Object({ sight: Type.Optional(sightInfo) }));

export const homeState = shapeOf<HomeState>()(oneOf(HOME_STATES));

export const householdInfo = shapeOf<HouseholdInfo>()(
  Type.Object({ home: homeState, since: time('Of the last change; 0 before the first.') }),
);
