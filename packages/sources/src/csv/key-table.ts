import { hash } from 'node:crypto';

const WORDS_PER_SLOT = 4;
const LOAD_MAX = 0.6;

/**
 * Remembers on which line each key was first seen, in 16 bytes a slot instead of the key itself: about
 * 40 MB for a million rows. Keys are told apart by 96 bits of their SHA-256.
 */
export class KeyTable {
  #slots: Uint32Array;
  #capacity: number;
  #size = 0;

  /** `capacity` is rounded up to a power of two. */
  constructor(capacity = 1024) {
    this.#capacity = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
    this.#slots = new Uint32Array(this.#capacity * WORDS_PER_SLOT);
  }

  /** Adds a key. Returns the line of its first row when there was one, and keeps that. */
  add(key: string, line: number): number | undefined {
    if (this.#size >= this.#capacity * LOAD_MAX) this.#grow();
    const digest = hash('sha256', key, 'buffer');
    return this.#put([digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)], line);
  }

  #put([one, two, three]: readonly [number, number, number], line: number): number | undefined {
    const slots = this.#slots;
    for (let slot = one & (this.#capacity - 1); ; slot = (slot + 1) & (this.#capacity - 1)) {
      const at = slot * WORDS_PER_SLOT;
      const firstLine = slots[at + 3];
      // Lines begin at 1, so 0 marks a free slot.
      if (firstLine === 0) {
        slots.set([one, two, three, line], at);
        this.#size += 1;
        return undefined;
      }
      if (slots[at] === one && slots[at + 1] === two && slots[at + 2] === three) return firstLine;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * WORDS_PER_SLOT);
    this.#size = 0;
    for (let at = 0; at < old.length; at += WORDS_PER_SLOT) {
      const [one = 0, two = 0, three = 0, line = 0] = old.subarray(at, at + WORDS_PER_SLOT);
      if (line !== 0) this.#put([one, two, three], line);
    }
  }
}
