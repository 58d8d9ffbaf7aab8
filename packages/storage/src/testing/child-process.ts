import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program of a test in its own process, which says line by line how far it is. */
export interface TestChild {
  readonly pid: number;
  /** Waits for a line that begins so, and gives it. Fails when the process ends before. */
  waitForLine(start: string): Promise<string>;
  /** All lines so far. */
  readonly lines: readonly string[];
  /** Ends it with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Waits until it ends by itself; its exit code. */
  ended(): Promise<number | null>;
}

/** Runs a module text with this Node; `process.argv[2]` onwards are the arguments. */
export function startChild(source: string, args: readonly string[] = []): TestChild {
  const child = spawn(process.execPath, ['--input-type=module', '-', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(source);
  return new RunningChild(child);
}

class RunningChild implements TestChild {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #waiting: (() => void)[] = [];
  #isOver = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, 'close').then(([code]) => {
      this.#isOver = true;
      this.#wake();
      return code as number | null;
    });
    if (child.stdout === null) throw new TypeError('the child must have a pipe for its output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  async waitForLine(start: string): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => line.startsWith(start));
      if (found !== undefined) return found;
      if (this.#isOver) throw new Error(`the process ended before it said ${start}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  ended(): Promise<number | null> {
    return this.#exit;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
