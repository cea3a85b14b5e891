import { rcloneNasSuite } from '../../../test/support/nas-suite.ts';
import { sshdSuite, startSshd } from '../../../test/support/sshd.ts';

rcloneNasSuite('rclone to SFTP', sshdSuite, startSshd, (server, folder) => `${server.folder}/${folder}`);
