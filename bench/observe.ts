/** What processes and their children use over a while. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Usage, usageOfFamily } from './processes.ts';
import { percentile } from './statistics.ts';

const MEMORY_EVERY_MS = 2000;

/** Percent of a core, and MiB. */
interface Share {
  cpu: number;
  memory: number;
}

export interface Family {
  root: Share;
  children: (Share & { command: string })[];
}

export const NOTHING: Family = { root: { cpu: 0, memory: 0 }, children: [] };

/** Watches processes with their children, side by side: processor time on average, memory as the median. */
export async function observe(roots: readonly number[], seconds: number): Promise<Family[]> {
  const begun = performance.now();
  const first = roots.map(usageOfFamily);
  const seen = roots.map(() => new Map<number, Usage[]>());
  while (performance.now() - begun < seconds * 1000) {
    await wait(MEMORY_EVERY_MS);
    for (const [index, root] of roots.entries())
      for (const usage of usageOfFamily(root)) {
        const of = seen[index];
        of?.set(usage.pid, [...(of.get(usage.pid) ?? []), usage]);
      }
  }
  const watched = (performance.now() - begun) / 1000;
  return roots.map((root, index) => {
    const members = [...(seen[index] ?? [])].map(([pid, usages]) => {
      const before = first[index]?.find((usage) => usage.pid === pid)?.cpuSeconds ?? 0;
      const last = usages.at(-1);
      return {
        pid,
        command: last?.command ?? '',
        cpu: (((last?.cpuSeconds ?? 0) - before) / watched) * 100,
        memory: percentile(
          usages.map(({ residentMiB }) => residentMiB).toSorted((a, b) => a - b),
          50,
        ),
      };
    });
    const own = members.find(({ pid }) => pid === root);
    if (!own) throw new Error(`Process ${root} ended while it was watched.`);
    return { root: own, children: members.filter(({ pid }) => pid !== root) };
  });
}

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
export const total = ({ root, children }: Family, what: keyof Share) =>
  root[what] + sum(children.map((child) => child[what]));
