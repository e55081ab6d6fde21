import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { defineEval } from 'evaltui';
import { z } from 'zod';

/** Samples that tell in the file `started` when and where they start, and then loop for ever. */
export default defineEval({
  name: 'standing',
  params: z.object({ count: z.number().int() }),
  *tasks({ params }) {
    for (let index = 0; index < params.count; index += 1) yield { id: `s${index}`, input: index };
  },
  evaluate() {
    appendFileSync('started', `${Date.now()} ${process.pid} ${threadId}\n`);
    for (;;);
  },
});
