import type { Clock } from '../../system/clock.ts';
import type { Target, TargetConfig } from './contract.ts';

export interface CreateTargetDeps {
  clock: Clock;
  /** Called as bytes move. */
  progress(): void;
}

/** The target of this configuration. Only the code of its kind is loaded: the keeper shall be small. */
export async function createTarget(config: TargetConfig, deps: CreateTargetDeps): Promise<Target> {
  switch (config.kind) {
    case 'embedded':
    case 'folder': {
      const { createFolderTarget } = await import('./folder-target.ts');
      return createFolderTarget(config, deps);
    }
    case 'webdav': {
      const { createWebdavTarget } = await import('./webdav-target.ts');
      return createWebdavTarget(config, deps);
    }
    case 'rclone': {
      const [{ createRcloneTarget }, { startChild }] = await Promise.all([
        import('./rclone-target.ts'),
        import('../../system/child.ts'),
      ]);
      return createRcloneTarget(config, { ...deps, startChild });
    }
  }
}
