import type { RecorderEvent } from './eval.ts';
import type { JsonObject } from './json.ts';

export interface TimedEvent extends RecorderEvent {
  readonly createdAt: number;
}

/** Where an eval's record ends: what is beyond it in the file was never committed. */
export interface RecordPosition {
  readonly path: string;
  readonly bytes: number;
  readonly nextEventId: number;
}

/** The same of one eval of a run. */
export interface EvalRecordPosition extends RecordPosition {
  readonly evalIndex: number;
}

export interface RecordEntry extends TimedEvent {
  readonly sampleId: string;
  readonly attempt: number;
  readonly try: number;
}

/**
 * Appends entries to the record at its position and returns the position after them. Called inside the
 * transaction that commits the same events, so that the record and the db never disagree: bytes beyond a
 * position are of a transaction that did not happen, and are cut off by the next append.
 */
export type RecordAppender = (position: RecordPosition, entries: RecordAppend) => RecordPosition;
export type RecordAppend =
  | { readonly kind: 'events'; readonly events: readonly RecordEntry[] }
  | { readonly kind: 'final-report'; readonly report: JsonObject };
