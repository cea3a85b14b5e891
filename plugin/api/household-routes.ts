import Type from 'typebox';
import { homeState, householdInfo } from './detection-schemas.ts';
import { jsonRoute, type Route } from './route.ts';

export const householdRoutes: readonly Route[] = [
  jsonRoute({
    method: 'GET',
    path: '/household',
    access: 'events',
    summary: 'Whether somebody is at home, as was said last.',
    reply: householdInfo,
    handle: ({ hub }) => hub.detection.household(),
  }),
  jsonRoute({
    method: 'PUT',
    path: '/household',
    access: 'control',
    summary: 'Says whether somebody is at home. A package that goes while nobody is counts as taken.',
    body: Type.Object({ home: homeState }, { additionalProperties: false }),
    reply: householdInfo,
    handle: ({ hub }, { body }) => hub.detection.setHome(body.home),
  }),
];
