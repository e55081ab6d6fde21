import type { ScreenSource } from '../monitor/screen-source.ts';
import {
  isAnswered,
  REFRESH_MS,
  type ViewData,
  type ViewPart,
  type ViewQuery,
  withAnswer,
} from '../monitor/state/view-query.ts';

/** Reads what views show beside the snapshot, one question of each part at a time, and never waits for it. */
interface ViewReader {
  readonly data: () => ViewData;
  /** Why something of it cannot be read, while it cannot. */
  readonly error: () => string | null;
  /**
   * Reads what these queries ask for and is not known, or is known of another version and old enough. Without a
   * version only what is not known.
   */
  readonly want: (queries: readonly ViewQuery[], version: number | null) => void;
  /** Forgets all that is known, and what is being read. */
  readonly forget: () => void;
}

interface PartState {
  isReading: boolean;
  /** On a clock that never goes back. */
  readAt: number;
  version: number | null;
  error: string | null;
}

export function startViewReader(source: ScreenSource, onRead: (part: ViewPart) => void): ViewReader {
  let data: ViewData = {};
  let parts = new Map<ViewPart, PartState>();

  async function read(query: ViewQuery, version: number | null, part: PartState): Promise<void> {
    const known = parts;
    part.isReading = true;
    const before = JSON.stringify([data[query.part], part.error]);
    try {
      const answer = await source.readView(query);
      if (known === parts) data = withAnswer(data, query, answer);
      part.error = null;
    } catch (thrown) {
      part.error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    part.isReading = false;
    part.readAt = performance.now();
    part.version = version;
    // The db may have changed elsewhere: what is the same need not be drawn again.
    const isNew = JSON.stringify([data[query.part], part.error]) !== before;
    if (known === parts && isNew) onRead(query.part);
  }

  return {
    data: () => data,
    error: () => [...parts.values()].find(({ error }) => error !== null)?.error ?? null,
    want: (queries, version) => {
      for (const query of queries) {
        const part = parts.get(query.part) ?? {
          isReading: false,
          readAt: Number.NEGATIVE_INFINITY,
          version: null,
          error: null,
        };
        parts.set(query.part, part);
        if (part.isReading) continue;
        const isOld =
          version !== null &&
          part.version !== version &&
          performance.now() - part.readAt >= REFRESH_MS[query.part];
        // What cannot be read is not asked for again at once.
        const isNew = part.error === null && !isAnswered(query, data);
        if (isOld || isNew) void read(query, version, part);
      }
    },
    forget: () => {
      data = {};
      parts = new Map();
    },
  };
}
