import { rcloneNasSuite } from '../../../test/support/nas-suite.ts';
import { rcloneSuite } from '../../../test/support/rclone.ts';
import { startWebdav } from '../../../test/support/webdav-server.ts';

rcloneNasSuite('rclone to WebDAV', rcloneSuite, startWebdav, (_, folder) => folder);
