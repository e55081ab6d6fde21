import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { EvaltuiError } from '../core/errors.ts';
import { recordError } from './record-error.ts';
import type { RecordPart } from './record-part.ts';

/** A place in a record between two lines. */
export interface RecordPlace {
  readonly bytes: number;
  /** The number that an event there has, or would have. */
  readonly eventId: number;
  /** Final reports before it: a run that is resumed after its end has several. */
  readonly reports: number;
}

/** Lines that the server did not want. */
export interface RefusedPart {
  readonly kind: RecordPart['kind'];
  readonly from: RecordPlace;
  /** Where they end, bytes. */
  readonly to: number;
  readonly events: number;
}

/** How far a record has been sent. What is refused is behind `place` and was not delivered. */
export interface SentPosition {
  readonly place: RecordPlace;
  readonly refused: readonly RefusedPart[];
}

const NOTHING_SENT: SentPosition = Object.freeze({
  place: Object.freeze({ bytes: 0, eventId: 0, reports: 0 }),
  refused: Object.freeze([]),
});

/** Kept beside the record, since it belongs to it: a record that is gone has nothing to be sent. */
export function sentPositionPath(recordPath: string): string {
  return `${recordPath}.sent.json`;
}

/** Nothing when none is kept yet. Throws `io` for a file that is not what `keepSentPosition` wrote. */
export function readSentPosition(recordPath: string): SentPosition {
  const path = sentPositionPath(recordPath);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING_SENT;
    throw recordError(error, path);
  }
  try {
    const { place, refused } = JSON.parse(text) as SentPosition;
    if (!Number.isInteger(place.bytes) || !Array.isArray(refused)) throw new TypeError('not its shape');
    return { place, refused };
  } catch (cause) {
    const message = `${path} does not say how far the record was sent. Delete it, and all of it is sent again.`;
    throw new EvaltuiError('io', message, { cause, details: { path } });
  }
}

/** Whole or not at all: it is written beside and renamed. Throws like `startRecord`. */
export function keepSentPosition(recordPath: string, sent: SentPosition): void {
  const path = sentPositionPath(recordPath);
  try {
    writeFileSync(`${path}.new`, JSON.stringify(sent), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw recordError(error, path);
  }
}
