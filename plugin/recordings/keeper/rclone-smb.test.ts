import { rcloneNasSuite } from '../../../test/support/nas-suite.ts';
import { sambaSuite, startSamba } from '../../../test/support/samba.ts';

rcloneNasSuite('rclone to SMB', sambaSuite, startSamba, (_, folder) => `recordings/${folder}`);
