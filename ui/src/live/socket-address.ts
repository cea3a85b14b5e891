/** WebSocket address of a path on the hub that served this page. */
export function socketAddress(path: string): string {
  return new URL(path, location.href.replace(/^http/, 'ws')).href;
}
