import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';

export interface RequestMeasurement {
  /** The route's pattern. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

export interface PoolState {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Other methods are counted together: a client may invent them. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * What Prometheus reads. No label holds a tenant, a path or anything else that a client chooses: the number of
 * series is bounded by the number of routes.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'route' | 'method' | 'status'>;
  readonly #seconds: Histogram<'route' | 'method'>;

  constructor(poolState: () => PoolState) {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: 'rollcall_http_requests_total',
      help: 'Requests answered, by route pattern, method and status.',
      labelNames: ['route', 'method', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'rollcall_http_request_duration_seconds',
      help: 'Time from a request to the end of its reply, by route pattern and method.',
      labelNames: ['route', 'method'],
      buckets: BUCKETS_SECONDS,
      registers,
    });
    measurePool(registers, poolState);
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  observeRequest({ route, method, status, ms }: RequestMeasurement): void {
    const labels = { route, method: METHODS.has(method) ? method : 'other' };
    this.#requests.inc({ ...labels, status: String(status) });
    this.#seconds.observe(labels, ms / 1000);
  }

  /** The text format of Prometheus. */
  async print(): Promise<string> {
    return this.#registry.metrics();
  }
}

function measurePool(registers: Registry[], poolState: () => PoolState): void {
  new Gauge({
    name: 'rollcall_database_connections',
    help: 'Connections to the database, by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle } = poolState();
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'used' }, total - idle);
    },
  });
  new Gauge({
    name: 'rollcall_database_waiting_requests',
    help: 'Statements that wait for a free connection.',
    registers,
    collect() {
      this.set(poolState().waiting);
    },
  });
}
