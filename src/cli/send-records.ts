import { formatPercent, formatQuantity } from '../core/format.ts';
import { shownUrl } from '../core/http-recording.ts';
import type { RunSpec } from '../core/run-spec.ts';
import { HttpRecorder } from '../recorder/http-recorder.ts';
import type { TaskStore } from '../store/task-store.ts';
import { printNote } from './print.ts';

/** Begins to send the records of a run while they grow; undefined when its events are not to be sent. */
export function startSending(
  store: TaskStore,
  { runId, spec }: { readonly runId: string; readonly spec: RunSpec },
): HttpRecorder | undefined {
  if (spec.http === undefined) return undefined;
  const recorder = new HttpRecorder({
    runId,
    createdBy: spec.createdBy,
    evals: spec.evals.length,
    recording: spec.http,
    positions: () => store.recordPositions(runId),
    tell: (line) => printNote(`evaltui: ${line}`),
    now: Date.now,
    random: Math.random,
  });
  recorder.start();
  return recorder;
}

/** Sends what is left, and says what could not be sent. Returns whether enough of it was taken. */
export async function finishSending(
  recorder: HttpRecorder | undefined,
  { spec, resume }: { readonly spec: RunSpec; readonly resume: string },
): Promise<boolean> {
  if (recorder === undefined || spec.http === undefined) return true;
  const { events, undelivered, isThrough } = await recorder.finish();
  if (undelivered === 0 && isThrough) return true;
  const share = events === 0 ? 1 : undelivered / events;
  const what =
    undelivered === 0
      ? 'The final report was'
      : `${formatQuantity(undelivered, 'event')} of ${events} (${formatPercent(share)}) were`;
  printNote(
    `evaltui: ${what} not taken by ${shownUrl(spec.http.url)}. Nothing is lost: all is in the record, and is sent again by: ${resume}`,
  );
  return isThrough && share * 100 <= spec.http.failPercent;
}
