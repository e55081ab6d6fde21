import type { StuckRow, TaskQuery } from '../task-store.ts';
import type { Connection } from './connection.ts';
import { countTasks } from './exchange.ts';
import { STATE } from './rows.ts';
import { STANDINGS, type TaskStanding } from '../../core/standing.ts';
import { ENDS, type End } from './standings.ts';
import { GET_PLACE } from './statements-list.ts';
import * as sql from './statements-ranges.ts';
import { stuckJson } from './stuck.ts';
import { TaskRange } from './task-range.ts';

/** Which tasks a page has, and where it is in the whole list. */
export interface PageOfIds {
  readonly ids: readonly number[];
  readonly offset: number;
  readonly total: number;
}

/** A part of the list: a few tasks, or a range of an index. */
type Section = { readonly standing: TaskStanding } & (
  | { readonly kind: 'few'; readonly ids: readonly number[] }
  | { readonly kind: 'range'; readonly range: TaskRange; readonly total: number }
);

interface Place {
  readonly standing: number;
  readonly state: number;
  readonly readyAt: number;
  readonly endedAt: number | null;
}

/** What a page is read with. */
export interface Reading {
  /** Tasks held to be stuck. */
  readonly stuck: readonly StuckRow[];
  readonly version: number;
  /** ms of any clock that never goes back. */
  readonly now: number;
}

/** The tasks of one run in the order of severity, put together from ranges of indexes without sorting anything. */
export class SeverityList {
  readonly #connection: Connection;
  readonly #run: number;
  readonly #ended: ReadonlyMap<End, TaskRange>;
  readonly #waiting: TaskRange;
  readonly #fresh: TaskRange;
  #sections: { readonly version: number; readonly all: readonly Section[] } | undefined;

  constructor(connection: Connection, run: number) {
    this.#connection = connection;
    this.#run = run;
    this.#ended = new Map(
      ENDS.map((end) => {
        const values = [run, STATE[end.state], end.judged];
        return [end, new TaskRange({ statements: sql.ENDED_RANGE, values, believedMs: 2_000 })];
      }),
    );
    this.#waiting = new TaskRange({ statements: sql.WAITING_RANGE, values: [run], believedMs: 500 });
    // Tasks are taken from its beginning alone, but for the few that come back.
    this.#fresh = new TaskRange({ statements: sql.FRESH_RANGE, values: [run], believedMs: 60_000 });
  }

  page({ filter, from, limit, descending }: TaskQuery, reading: Reading): PageOfIds {
    const { standings } = filter;
    const sections = this.#sectionsOf(reading).filter(
      ({ standing }) => standings === undefined || standings.includes(standing),
    );
    const total = sections.reduce((sum, section) => sum + sizeOf(section), 0);
    let offset = from.kind === 'offset' ? from.offset : 0;
    if (from.kind === 'task') {
      const place =
        this.#placeOf(sections, from.taskId, stuckJson(reading.stuck)) ?? (descending ? total - 1 : 0);
      offset = descending ? total - 1 - place : place;
      offset -= offset % limit;
    }
    offset = Math.max(0, Math.min(offset, total - limit));
    const count = Math.min(limit, total - offset);
    if (!descending) return { ids: this.#ids(sections, offset, count), offset, total };
    return { ids: this.#ids(sections, total - offset - count, count).toReversed(), offset, total };
  }

  /** Read anew when the db has changed. */
  #sectionsOf({ stuck, version, now }: Reading): readonly Section[] {
    if (this.#sections?.version === version) return this.#sections.all;
    for (const range of [...this.#ended.values(), this.#waiting, this.#fresh]) range.refresh(now);
    const all = this.#readSections(new Set(stuck.map(({ taskId }) => taskId)));
    this.#sections = { version, all };
    return all;
  }

  #readSections(stuckIds: ReadonlySet<number>): readonly Section[] {
    const counts = countTasks(this.#connection, this.#run);
    const judged = this.#one<{ isRight: number; isWrong: number }>(sql.COUNT_JUDGED);
    const { isRight = 0, isWrong = 0 } = judged ?? {};
    const ends: Readonly<Record<string, number>> = {
      errored: counts.errored,
      wrong: isWrong,
      right: isRight,
      done: counts.done - isRight - isWrong,
      cancelled: counts.cancelled,
    };
    const running = this.#few(sql.LIST_RUNNING);
    const claimed = this.#few(sql.LIST_CLAIMED).sort((a, b) => a - b);
    const suspects = this.#few(sql.LIST_SUSPECTS);
    const waiting = this.#one<{ tasks: number }>(sql.COUNT_WAITING)?.tasks ?? 0;
    const fresh = counts.queued - claimed.length - suspects.length - waiting;
    const sections: readonly Section[] = [
      { kind: 'few', standing: 'stuck', ids: running.filter((id) => stuckIds.has(id)) },
      { kind: 'few', standing: 'running', ids: running.filter((id) => !stuckIds.has(id)) },
      { kind: 'range', standing: 'retrying', range: this.#waiting, total: waiting },
      ...[...this.#ended].map(([{ standing }, range]): Section => {
        return { kind: 'range', standing, range, total: ends[standing] ?? 0 };
      }),
      { kind: 'few', standing: 'queued', ids: claimed },
      { kind: 'range', standing: 'queued', range: this.#fresh, total: Math.max(0, fresh) },
      { kind: 'few', standing: 'queued', ids: suspects },
    ];
    // Stable, so the parts of what is queued stay in their order.
    return sections.toSorted((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing));
  }

  #ids(sections: readonly Section[], offset: number, count: number): readonly number[] {
    const ids: number[] = [];
    let skip = offset;
    for (const section of sections) {
      const size = sizeOf(section);
      const left = count - ids.length;
      if (left <= 0) break;
      if (skip < size) {
        const found =
          section.kind === 'few'
            ? section.ids.slice(skip, skip + left)
            : section.range.page(this.#connection, { total: size, offset: skip, limit: left });
        ids.push(...found);
      }
      skip = Math.max(0, skip - size);
    }
    return ids;
  }

  /** How many tasks of the sections stand before one; undefined when it is in none of them. */
  #placeOf(sections: readonly Section[], taskId: number, stuck: string): number | undefined {
    const task = this.#connection.one<Place>(GET_PLACE, stuck, taskId, this.#run);
    if (task === undefined) return undefined;
    const key = task.endedAt ?? (task.readyAt > 0 ? task.readyAt : taskId);
    let before = 0;
    for (const section of sections) {
      const isHere = section.standing === STANDINGS[task.standing];
      if (section.kind === 'few') {
        const index = section.ids.indexOf(taskId);
        if (index !== -1) return before + index;
      } else if (isHere && isInRange(section, sections, taskId)) {
        return before + section.range.offsetOf(this.#connection, section.total, { key, taskId });
      }
      before += sizeOf(section);
    }
    return undefined;
  }

  #one<Row>(text: string): Row | undefined {
    return this.#connection.one<Row>(text, this.#run);
  }

  #few(text: string): number[] {
    return this.#connection.all<{ taskId: number }>(text, this.#run).map(({ taskId }) => taskId);
  }
}

function sizeOf(section: Section): number {
  return section.kind === 'few' ? section.ids.length : section.total;
}

/** What is queued is in the range unless it is among the few beside it. */
function isInRange(section: Section, sections: readonly Section[], taskId: number): boolean {
  return !sections.some(
    (other) => other.kind === 'few' && other.standing === section.standing && other.ids.includes(taskId),
  );
}
