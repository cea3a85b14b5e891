/** What the dialogs share with the runtime. The build makes `resources/shared.js` of it, which the editor knows as `doorstepShared`. */
import { PHASES } from '../../protocol/event.ts';
import { migrate, versionOf } from './migrate.ts';

Object.assign(globalThis, { doorstepShared: { PHASES, migrate, versionOf } });
