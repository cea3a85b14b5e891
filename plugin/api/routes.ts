import { cameraRoutes } from './camera-routes.ts';
import { clipRoutes } from './clip-routes.ts';
import { detectionRoutes } from './detection-routes.ts';
import { doctorRoutes } from './doctor-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { householdRoutes } from './household-routes.ts';
import { hubRoutes } from './hub-routes.ts';
import { pairingRoutes } from './pairing-routes.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session-routes.ts';
import { storageRoutes } from './storage-routes.ts';
import { tokenRoutes } from './token-routes.ts';

/** Every HTTP route below `/api/v1`. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...tokenRoutes,
  ...pairingRoutes,
  ...cameraRoutes,
  ...eventRoutes,
  ...clipRoutes,
  ...exportRoutes,
  ...storageRoutes,
  ...detectionRoutes,
  ...householdRoutes,
  ...hubRoutes,
  ...doctorRoutes,
];
