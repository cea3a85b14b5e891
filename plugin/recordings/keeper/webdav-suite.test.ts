import { nasSuite } from '../../../test/support/nas-suite.ts';
import { rcloneSuite } from '../../../test/support/rclone.ts';
import { startWebdav } from '../../../test/support/webdav-server.ts';
import { systemClock } from '../../system/clock.ts';
import { createWebdavTarget } from './webdav-target.ts';

nasSuite('webdav', rcloneSuite, startWebdav, ({ url, username, password }, folder) =>
  createWebdavTarget(
    { kind: 'webdav', url: `${url}/${folder}`, username, password, allowOutside: false },
    { clock: systemClock },
  ),
);
