import { SeededRandom } from '../support/seeded-random.ts';
import { Families } from './families.ts';
import { bytesOf, type FuzzCase } from './fuzz-case.ts';
import type { Ground } from './ground.ts';
import { HttpConnection, sayAndLeave, sayAndListen } from './http-connection.ts';
import type { LiveHeap } from './live-heap.ts';
import { type MemorySample, residentMegabytes } from './server-memory.ts';
import { judgeExchange, judgeMonologue } from './verdict.ts';

export interface Finding {
  readonly index: number;
  readonly fuzzCase: FuzzCase;
  readonly wrong: string;
}

/** What happened to one case. */
interface Outcome {
  readonly wrong: string | undefined;
  /** The status, or how the exchange ended otherwise. */
  readonly answer: string;
  readonly ms: number;
}

export interface FuzzRunOptions {
  readonly ground: Ground;
  /** Of the server. */
  readonly heap: LiveHeap;
  readonly seed: number;
  readonly requests: number;
  readonly onBatch: (line: string) => void;
}

const CONNECTIONS = 24;
const BATCH = 2_500;
const SLOWEST = 8;

/** Sends cases over many connections, batch by batch; after each the server must be as well as before. */
export class FuzzRun {
  readonly findings: Finding[] = [];
  /** Of the server as a whole: damage, ill health after a batch. */
  readonly troubles: string[] = [];
  readonly memory: MemorySample[] = [];
  /** Cases by family and answer. */
  readonly answers = new Map<string, Map<string, number>>();
  slowest: readonly { readonly ms: number; readonly index: number; readonly fuzzCase: FuzzCase }[] = [];
  sent = 0;
  readonly #options: FuzzRunOptions;
  readonly #families: Families;
  #next = 0;

  private constructor(options: FuzzRunOptions, families: Families) {
    this.#options = options;
    this.#families = families;
  }

  static async prepare(options: FuzzRunOptions): Promise<FuzzRun> {
    return new FuzzRun(options, await Families.prepare(options.ground));
  }

  async run(): Promise<void> {
    const { requests, onBatch } = this.#options;
    while (this.#next < requests) {
      const startedAt = performance.now();
      const before = this.sent;
      await this.#batch(Math.min(requests, this.#next + BATCH));
      const perSecond = (this.sent - before) / ((performance.now() - startedAt) / 1000);
      await this.#checkServer();
      const { resident, live } = this.memory.at(-1) ?? {};
      const memory = `${live?.toFixed(0)} MB live of ${resident?.toFixed(0)}`;
      onBatch(`${this.sent} sent, ${perSecond.toFixed(0)}/s, ${memory}, ${this.findings.length} findings`);
    }
  }

  /** The case of a number: the same one whenever it is made on the same ground. */
  caseOf(index: number): FuzzCase {
    return this.#families.makeCase(new SeededRandom(this.#options.seed, index));
  }

  /** Sends one case alone, on a new connection. */
  async send(fuzzCase: FuzzCase): Promise<Outcome> {
    const connection = new HttpConnection(this.#options.ground.port);
    try {
      return await this.#perform(fuzzCase, connection);
    } finally {
      connection.close();
    }
  }

  async #batch(end: number): Promise<void> {
    const workers = Array.from({ length: CONNECTIONS }, () => this.#work(end));
    await Promise.all(workers);
  }

  async #work(end: number): Promise<void> {
    const connection = new HttpConnection(this.#options.ground.port);
    while (this.#next < end) {
      const index = this.#next;
      this.#next += 1;
      const fuzzCase = this.caseOf(index);
      this.#record(index, fuzzCase, await this.#perform(fuzzCase, connection));
    }
    connection.close();
  }

  async #perform(fuzzCase: FuzzCase, connection: HttpConnection): Promise<Outcome> {
    const { port } = this.#options.ground;
    switch (fuzzCase.kind) {
      case 'request': {
        const { request } = fuzzCase;
        const exchange = await connection.exchange(bytesOf(request), { bodiless: request.method === 'HEAD' });
        const answer = exchange.kind === 'answered' ? String(exchange.reply.status) : exchange.kind;
        return { wrong: judgeExchange(fuzzCase, exchange), answer, ms: exchange.ms };
      }
      case 'bytes': {
        const said = await sayAndListen(port, fuzzCase.chunks);
        const answer = said.replies.map(({ status }) => status)[0] ?? 'closed';
        return { wrong: judgeMonologue(fuzzCase, said), answer: String(answer), ms: said.ms };
      }
      case 'leave':
        await sayAndLeave(port, fuzzCase.bytes);
        return { wrong: undefined, answer: 'left', ms: 0 };
    }
  }

  #record(index: number, fuzzCase: FuzzCase, { wrong, answer, ms }: Outcome): void {
    this.sent += 1;
    const family = this.answers.get(fuzzCase.family) ?? new Map<string, number>();
    this.answers.set(fuzzCase.family, family.set(answer, (family.get(answer) ?? 0) + 1));
    if (wrong !== undefined) this.findings.push({ index, fuzzCase, wrong });
    if (ms <= (this.slowest[SLOWEST - 1]?.ms ?? 0)) return;
    this.slowest = [...this.slowest, { ms, index, fuzzCase }].sort((one, other) => other.ms - one.ms).slice(0, SLOWEST);
  }

  /** A normal request right after the batch, and what nobody named is as it was. */
  async #checkServer(): Promise<void> {
    const { ground } = this.#options;
    const health = await fetch(`${ground.server.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    if (health.status !== 200) this.troubles.push(`/readyz answered ${health.status} after ${this.sent} requests`);
    this.troubles.push(...(await ground.findDamage()));
    await this.#families.refresh();
    const live = await this.#options.heap.megabytes();
    this.memory.push({ requests: this.sent, resident: residentMegabytes(ground.server.pid), live });
  }
}
