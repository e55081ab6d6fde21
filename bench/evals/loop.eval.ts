import { existsSync, writeFileSync } from 'node:fs';
import { defineEval } from 'evaltui';

const isHeld = (): boolean => existsSync('held');

/** Sixteen tasks, one of which begins a loop that has no end as long as a file is there. */
export default defineEval({
  name: 'loop',
  *tasks() {
    for (let number = 0; number < 16; number += 1) yield { id: `s${number}`, input: number };
  },
  async evaluate(task) {
    // All are there before the one takes their thread.
    await new Promise((done) => setTimeout(done, 500));
    if (task.input === 7) loop();
    while (isHeld()) await new Promise((done) => setTimeout(done, 50));
    return { correct: true };
  },
});

function loop(): void {
  writeFileSync('begun', String(Date.now()));
  for (let round = 1; ; round += 1) if (round % 50_000_000 === 0 && !isHeld()) return;
}
