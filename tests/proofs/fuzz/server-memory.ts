import { readFileSync } from 'node:fs';

export interface MemorySample {
  /** Requests sent so far. */
  readonly requests: number;
  readonly megabytes: number;
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
  readonly atFirst: number;
  readonly highest: number;
  readonly atLast: number;
  /** What a straight line through the samples grows by in 100,000 requests. */
  readonly growthPer100k: number;
}

/** Part of a run in which caches and compiled code still fill: it says nothing of growth. */
const WARM_UP = 0.4;
/** Fewer samples make no line. */
const SAMPLES_MIN = 4;

/** The trend after the warm-up; undefined when there are too few samples to speak of one. */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend | undefined {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const [first] = warm;
  const last = warm.at(-1);
  if (first === undefined || last === undefined || warm.length < SAMPLES_MIN) return undefined;
  return {
    atFirst: first.megabytes,
    highest: Math.max(...warm.map(({ megabytes }) => megabytes)),
    atLast: last.megabytes,
    growthPer100k: slope(warm) * 100_000,
  };
}

/** Least squares. */
function slope(samples: readonly MemorySample[]): number {
  const mean = (of: (sample: MemorySample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ requests }) => requests), mean(({ megabytes }) => megabytes)];
  const covariance = mean(({ requests, megabytes }) => (requests - x) * (megabytes - y));
  return covariance / mean(({ requests }) => (requests - x) ** 2);
}
