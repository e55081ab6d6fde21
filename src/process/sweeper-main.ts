import { setTimeout as sleep } from 'node:timers/promises';
import { killStrays } from './signals.ts';
import { SWEPT_TOKEN_VARIABLE } from './sweeper.ts';

// The entry of the sweeper: see `startSweeper`. Its argument is the pid of its parent, whose end it waits for.

const ENDS_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 20;
/** What was not yet in the process table at one look is there at the next. */
const EMPTY_LOOKS = 3;

const parent = Number(process.argv[2]);
const token = process.env[SWEPT_TOKEN_VARIABLE] ?? '';
const end = performance.now() + ENDS_AFTER_MS;
let emptyLooks = 0;
while (emptyLooks < EMPTY_LOOKS && performance.now() < end) {
  // A dead parent cannot come back: its child gets another.
  if (process.ppid !== parent) {
    emptyLooks = killStrays({ group: parent, token }) === 0 ? emptyLooks + 1 : 0;
  }
  await sleep(LOOK_EVERY_MS);
}
