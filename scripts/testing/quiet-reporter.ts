/**
 * A reporter of `node --test` for reading: one line for each file, everything about what failed, nothing
 * about what passed, and at the end what was skipped and why.
 */

import { relative } from 'node:path';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { inspect, styleText } from 'node:util';
import { isNews, type Outcome, outcomeOf } from './outcome.ts';

const ERROR_LINES_MAX = 60;
const OUTPUT_CHARACTERS_MAX = 8_000;
/** What the runner itself says at the end of a run. */
const RUNNERS_OWN = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

interface FileReport {
  readonly counts: Record<Outcome, number>;
  milliseconds: number;
  /** What the file's process wrote, shown only when a test failed. */
  output: string;
}

const shown = (file: string | undefined): string => (file === undefined ? '(no file)' : relative(process.cwd(), file));

function showFile(file: string, { counts, milliseconds, output }: FileReport): string {
  const parts = [`${counts.passed} passed`];
  if (counts.failed > 0) parts.push(styleText('red', `${counts.failed} failed`));
  if (counts.skipped > 0) parts.push(styleText('yellow', `${counts.skipped} skipped`));
  const context = counts.failed > 0 && output !== '' ? `${output.trimEnd()}\n` : '';
  return `${context}  ${shown(file)}  ${parts.join(', ')}  ${(milliseconds / 1000).toFixed(1)} s\n`;
}

/** An assertion with a text of its own has said everything; others need the difference and the stack. */
function describe(error: unknown): string {
  if (error instanceof Error && 'generatedMessage' in error && error.generatedMessage === false) return error.message;
  return inspect(error, { depth: 6 });
}

function showFailure(data: EventData.TestFail): string {
  const { error } = data.details;
  const text = describe(error.cause ?? error);
  const lines = text.split('\n').slice(0, ERROR_LINES_MAX).join('\n');
  const place = `${shown(data.file)}${data.line === undefined ? '' : `:${data.line}`}`;
  return `\n${styleText('red', 'FAIL')} ${data.name}\n     ${place}\n${lines.replaceAll(/^/gm, '     ')}\n\n`;
}

function showNote(data: EventData.TestDiagnostic): string {
  return RUNNERS_OWN.test(data.message) ? '' : `  ${shown(data.file)}: ${data.message}\n`;
}

class Reader {
  readonly #files = new Map<string, FileReport>();
  readonly #skips = new Map<string, number>();
  readonly #failedFiles = new Set<string>();

  read(event: TestEvent): string {
    this.#count(event);
    if (isNews(event)) return showFailure(event.data);
    if (event.type === 'test:stdout' || event.type === 'test:stderr') this.#keepOutput(event.data);
    if (event.type === 'test:diagnostic') return showNote(event.data);
    if (event.type === 'test:summary' && event.data.file !== undefined) return this.#close(event.data.file);
    return '';
  }

  end(): string {
    const rest = [...this.#files.keys()].map((file) => this.#close(file));
    const skips = [...this.#skips].map(
      ([reason, count]) => `  ${styleText('yellow', 'skipped')} ${count}: ${reason}\n`,
    );
    return [...rest, ...skips].join('');
  }

  #count(event: TestEvent): void {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') return;
    const outcome = outcomeOf(event);
    const report = this.#report(event.data.file);
    if (event.data.nesting === 0) report.milliseconds += event.data.details.duration_ms;
    if (outcome === undefined) return;
    report.counts[outcome] += 1;
    if (outcome === 'failed') this.#failedFiles.add(event.data.file ?? '');
    if (outcome === 'skipped') this.#noteSkip(event.data.skip ?? event.data.todo);
  }

  #noteSkip(reason: string | boolean | undefined): void {
    const text = typeof reason === 'string' && reason !== '' ? reason : 'no reason given';
    this.#skips.set(text, (this.#skips.get(text) ?? 0) + 1);
  }

  #report(file = ''): FileReport {
    const report = this.#files.get(file) ?? {
      counts: { passed: 0, failed: 0, skipped: 0 },
      milliseconds: 0,
      output: '',
    };
    this.#files.set(file, report);
    return report;
  }

  #keepOutput(data: EventData.TestStdout | EventData.TestStderr): void {
    const report = this.#report(data.file);
    report.output = `${report.output}${data.message}`.slice(-OUTPUT_CHARACTERS_MAX);
  }

  #close(file: string): string {
    const report = this.#files.get(file);
    this.#files.delete(file);
    if (report === undefined) return '';
    const { passed, failed, skipped } = report.counts;
    if (passed + failed + skipped > 0) return showFile(file, report);
    // Output may arrive after the summary of its file.
    return this.#failedFiles.has(file) ? report.output : '';
  }
}

export default async function* quietReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const reader = new Reader();
  for await (const event of events) yield reader.read(event);
  yield reader.end();
}
