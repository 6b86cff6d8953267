import { appendFileSync } from 'node:fs';

/** Enough to see why a program failed without opening the log. */
const tailBytes = 4000;

/** Appends output up to a limit and remembers its end. A log that cannot be written stops no program. */
export class StepLog {
  readonly #path: string;
  readonly #limitBytes: number;
  #keptBytes = 0;
  #tail = Buffer.alloc(0);
  #cut = false;

  constructor(path: string, limitBytes: number) {
    this.#path = path;
    this.#limitBytes = limitBytes;
  }

  add(chunk: Buffer): void {
    this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-tailBytes);
    const kept = chunk.subarray(0, Math.max(0, this.#limitBytes - this.#keptBytes));
    this.#keptBytes += kept.byteLength;
    if (kept.byteLength > 0) this.#append(kept);
    if (kept.byteLength < chunk.byteLength && !this.#cut) {
      this.#cut = true;
      this.#append(`\n[the log is cut here: it may hold ${this.#limitBytes} bytes]\n`);
    }
  }

  /** The last lines, without a line that was cut at its beginning. */
  tail(): string {
    const text = this.#tail.toString('utf8');
    return (this.#tail.byteLength < tailBytes ? text : text.slice(text.indexOf('\n') + 1)).trimEnd();
  }

  #append(content: Buffer | string): void {
    try {
      appendFileSync(this.#path, content);
    } catch {
      // A full disk: the tail is still told with the end of the job.
    }
  }
}
