import type { InspectedThread, ProfiledFunction, SuspendedFunctions } from '../../core/inspection.ts';

/** What is asked of a live executor: no view of the db, but a look at the process itself. */
export interface Look {
  /** Each time that it is asked for it is another one. */
  readonly serial: number;
  /** Of the row that it was asked for. */
  readonly key: string;
  readonly executorId: string;
  /** Absent: all threads of the executor. */
  readonly thread?: number;
}

/** The looks that were asked for last; null: none was. */
export interface Looks {
  readonly stack: Look | null;
  readonly profile: Look | null;
  readonly awaits: Look | null;
}

export const NO_LOOKS: Looks = Object.freeze({ stack: null, profile: null, awaits: null });

/** What came of a look. `why` is a sentence, safe to draw. */
export type Looked<Sight> =
  | { readonly kind: 'seen'; readonly at: number; readonly sight: Sight }
  | { readonly kind: 'failed'; readonly at: number; readonly why: string };

export interface StackSight {
  /** The main thread first. Empty when only the system could be asked. */
  readonly threads: readonly InspectedThread[];
  /** Why it was not told by the executor's guard: sentences. */
  readonly notes: readonly string[];
  /** What the system tells, where a stack is missing. */
  readonly process: ProcessSight | null;
}

/** What the system tells of a process without its help. */
export interface ProcessSight {
  /** A letter, as `ps` has it. */
  readonly state: string;
  readonly threads: readonly {
    readonly tid: number;
    readonly name: string;
    readonly state: string;
    /** Share of a core that it used while it was looked at. */
    readonly cpu: number;
    readonly waitsIn: string | null;
  }[];
  readonly children: readonly { readonly pid: number; readonly command: string }[];
}

export interface ProfileSight {
  readonly seconds: number;
  /** The busiest first. */
  readonly threads: readonly ThreadProfileSight[];
}

export interface ThreadProfileSight {
  readonly threadId: number;
  readonly name: string;
  readonly samples: number;
  /** Most time in itself first; without the idle time. */
  readonly functions: readonly ProfiledFunction[];
  /** Where the whole of it was written, for a profile viewer. */
  readonly path: string;
}

/** Async functions that are suspended in the user's own code, by the await they stand in, the most first. */
export interface AwaitsSight {
  readonly groups: readonly SuspendedFunctions[];
}

/** Lines of a file around one of them. */
export interface SourceExcerpt {
  /** 1-based. */
  readonly firstLine: number;
  /** Safe to draw; tabs are blanks. */
  readonly lines: readonly string[];
}

export interface SourcePlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}
