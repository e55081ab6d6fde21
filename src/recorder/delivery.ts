import type { RecordPosition } from '../core/record.ts';
import { readSentPosition } from './sent-position.ts';

/** What became of the events of a run that are sent to a server. */
export interface Delivery {
  /** Events of the run that are committed. */
  readonly events: number;
  readonly undelivered: number;
  /** Whether all was sent but what the server refused, and the final report was not refused. */
  readonly isThrough: boolean;
}

/** By what is kept beside the records. Throws like `readSentPosition`. */
export function readDelivery(positions: readonly RecordPosition[]): Delivery {
  const ends = positions.map(({ path, bytes, nextEventId }) => {
    const { place, refused } = readSentPosition(path);
    return {
      undelivered: nextEventId - place.eventId + refused.reduce((sum, { events }) => sum + events, 0),
      isThrough: place.bytes >= bytes && refused.every(({ kind }) => kind !== 'final-report'),
    };
  });
  return {
    events: positions.reduce((sum, { nextEventId }) => sum + nextEventId, 0),
    undelivered: ends.reduce((sum, { undelivered }) => sum + undelivered, 0),
    isThrough: ends.every(({ isThrough }) => isThrough),
  };
}
