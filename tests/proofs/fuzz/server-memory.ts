import { readFileSync } from 'node:fs';

export interface MemorySample {
  /** Requests sent so far. */
  readonly requests: number;
  /** Resident memory; undefined where the kernel does not tell. */
  readonly resident: number | undefined;
  /** The heap after a full collection. */
  readonly live: number;
}

/** Resident memory of a process, from the kernel; undefined where there is no /proc. */
export function residentMegabytes(pid: number): number | undefined {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readStatus(pid)) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function readStatus(pid: number): string {
  if (process.platform !== 'linux') return '';
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}

/** CPU time that a process has used, in milliseconds. Ticks of 10 ms. */
export function cpuMs(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export interface MemoryTrend {
  /** Live megabytes: the lowest of the first half after the warm-up, and of the second. */
  readonly floors: readonly [first: number, second: number];
  /** What the floor rises by in 100,000 requests. */
  readonly growthPer100k: number;
}

/** Part of a run in which caches and compiled code still fill: it says nothing of growth. */
const WARM_UP = 0.4;
/** Fewer samples are no trend. */
const SAMPLES_MIN = 6;

/** How the live heap grows after the warm-up; undefined when there are too few samples to say. */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend | undefined {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  if (warm.length < SAMPLES_MIN) return undefined;
  const middle = Math.floor(warm.length / 2);
  const [first, second] = [warm.slice(0, middle), warm.slice(middle)];
  const floors = [floorOf(first), floorOf(second)] as const;
  const growthPer100k = ((floors[1] - floors[0]) / (meanRequests(second) - meanRequests(first))) * 100_000;
  return { floors, growthPer100k };
}

const floorOf = (samples: readonly MemorySample[]): number => Math.min(...samples.map(({ live }) => live));

const meanRequests = (samples: readonly MemorySample[]): number =>
  samples.reduce((sum, { requests }) => sum + requests, 0) / samples.length;
