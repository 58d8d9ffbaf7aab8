import type { Reply } from '@rollcall/server';

/** Where progress is shown: standard error. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type Stage = Reply<'cycle'>['stage'];

const TITLES: Readonly<Record<Stage, string>> = {
  import: 'Reading the directory',
  plan: 'Planning',
  guard: 'Judging the plan',
  apply: 'Users and groups',
  members: 'Members of groups',
  finished: 'Finished',
};

/** Of a terminal that does not say how wide it is. */
const COLUMNS = 80;
const BAR_WIDTH_MAX = 30;
/** Two blanks on each side of the bar, and the column that a terminal may break at. */
const GAPS = 5;
const TITLE_WIDTH = Math.max(...Object.values(TITLES).map((title) => title.length));
const CLEAR_LINE = '\r\x1b[K';

/**
 * Shows how far a cycle has come: one line that is drawn over and over on a terminal, one line for each stage
 * elsewhere.
 */
export class ProgressDisplay {
  readonly #stream: ProgressStream;
  #stage: Stage | undefined;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  show({ stage, progress }: Pick<Reply<'cycle'>, 'stage' | 'progress'>): void {
    if (stage === 'finished') return;
    if (this.#stream.isTTY)
      this.#stream.write(`${CLEAR_LINE}${line(stage, progress, this.#stream.columns || COLUMNS)}`);
    else if (stage !== this.#stage) this.#stream.write(`${TITLES[stage]}\n`);
    this.#stage = stage;
  }

  /** Takes the drawn line away: what follows stands in its place. */
  end(): void {
    if (this.#stream.isTTY && this.#stage !== undefined) this.#stream.write(CLEAR_LINE);
  }
}

function line(stage: Stage, { done, total }: Reply<'cycle'>['progress'], columns: number): string {
  const title = TITLES[stage].padEnd(TITLE_WIDTH);
  const count = total === undefined ? `${format(done)} done` : `${format(done)} of ${format(total)}`;
  const room = Math.min(BAR_WIDTH_MAX, columns - title.length - count.length - GAPS);
  if (total === undefined || total === 0 || room < 5) return `${title}  ${count}`.slice(0, columns - 1);
  const filled = Math.round((Math.min(done, total) / total) * room);
  return `${title}  ${'█'.repeat(filled)}${'░'.repeat(room - filled)}  ${count}`;
}

const format = (count: number): string => count.toLocaleString('en');
