export function startsServers(machine: {
  exists(path: string): boolean;
  read(path: string): string;
}): boolean;
