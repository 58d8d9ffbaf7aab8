import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressDisplay, type ProgressStream } from './progress-display.ts';

function record(stream: Omit<ProgressStream, 'write'>): ProgressStream & { text: string } {
  return {
    ...stream,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

test('without a terminal each stage is one line, however often it is shown', () => {
  const stream = record({});
  const display = new ProgressDisplay(stream);
  for (const done of [0, 1, 2]) display.show({ stage: 'import', progress: { done } });
  for (const done of [0, 1, 2]) display.show({ stage: 'apply', progress: { done, total: 2 } });
  display.show({ stage: 'finished', progress: { done: 2, total: 2 } });
  display.end();
  assert.equal(stream.text, 'Reading the directory\nUsers and groups\n');
});

test('on a terminal one line is drawn over and over, never wider than the terminal, and taken away at the end', () => {
  for (const columns of [20, 40, 80, 200, 0]) {
    const stream = record({ isTTY: true, columns });
    const display = new ProgressDisplay(stream);
    for (const done of [0, 500, 1000]) display.show({ stage: 'apply', progress: { done, total: 1000 } });
    display.end();
    const lines = stream.text.split('\r\x1b[K');
    assert.equal(lines.length, 5);
    assert.deepEqual([lines[0], lines[4]], ['', '']);
    for (const line of lines) assert.ok(line.length < (columns || 80), `${columns}: ${line}`);
    if (columns === 80) assert.match(lines[2] ?? '', /^Users and groups {7}█{15}░{15} {2}500 of 1,000$/);
  }
});
