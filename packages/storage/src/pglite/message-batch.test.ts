import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isTerminate, MessageBatch } from './message-batch.ts';

function message(type: string, body = ''): Buffer {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.write(type, 0, 'latin1');
  bytes.writeInt32BE(4 + body.length, 1);
  bytes.write(body, 5, 'latin1');
  return bytes;
}

const STARTUP = Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 0]);

function started(): MessageBatch {
  const batch = new MessageBatch();
  batch.push(STARTUP);
  return batch;
}

describe('message batch', () => {
  it('a start-up message is a batch, in one piece or many', () => {
    assert.deepEqual(new MessageBatch().push(STARTUP), STARTUP);
    const batch = new MessageBatch();
    for (const byte of STARTUP.subarray(0, -1)) assert.equal(batch.push(Buffer.from([byte])), undefined);
    assert.deepEqual(batch.push(STARTUP.subarray(-1)), STARTUP);
  });

  for (const type of ['S', 'Q', 'H', 'F', 'c', 'f', 'X']) {
    it(`${type} completes a batch`, () => assert.deepEqual(started().push(message(type, 'x')), message(type, 'x')));
  }

  for (const type of ['P', 'B', 'D', 'E', 'C', 'd']) {
    it(`${type} waits for more`, () => assert.equal(started().push(message(type, 'x')), undefined));
  }

  it('knows good-bye', () => {
    assert.equal(isTerminate(message('X')), true);
    assert.equal(isTerminate(message('S')), false);
  });

  it('a length that is none is refused', () => {
    assert.throws(() => started().push(Buffer.from([0x51, 0, 0, 0, 1])), RangeError);
    assert.throws(() => started().push(Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff])), RangeError);
  });

  it('however it is cut, the same bytes come out, at the last cut at the latest', () => {
    const parts = fc.array(fc.tuple(fc.constantFrom('P', 'B', 'D', 'E'), fc.string()), { maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat()), (messages, cuts) => {
        const ascii = messages.map(([type, body]) => message(type, body.replace(/[^\x20-\x7e]/g, '?')));
        const whole = Buffer.concat([...ascii, message('S')]);
        const batch = started();
        const places = [...new Set(cuts.map((cut) => cut % whole.length))].sort((a, b) => a - b);
        const pieces = [0, ...places].map((from, index) => whole.subarray(from, places[index]));
        const outputs = pieces.map((piece) => batch.push(piece));
        assert.deepEqual(outputs.at(-1), whole);
        assert.ok(outputs.slice(0, -1).every((output) => output === undefined));
      }),
    );
  });
});
