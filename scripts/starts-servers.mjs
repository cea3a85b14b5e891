/** Folders and pipes that an init leaves while it runs: systemd, OpenRC, SysV init. Those of runit and s6 come with packages, too. */
const TRACES = ['/run/systemd/system', '/run/openrc', '/run/initctl', '/dev/initctl'];
const INITS = /^(systemd|init|openrc-init|runit|s6-svscan|busybox|procd|dinit|launchd)$/;

/**
 * Whether this machine would start a server as soon as its package is installed, now or at its next start: it has an init. Most containers have none.
 *
 * @param {{ exists(path: string): boolean, read(path: string): string }} machine `read` gives '' for what is not there
 */
export function startsServers({ exists, read }) {
  return TRACES.some(exists) || INITS.test(read('/proc/1/comm').trim());
}
