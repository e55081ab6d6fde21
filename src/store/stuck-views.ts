import type { JsonObject } from '../core/json.ts';

/** What the task store answers about steps and verdicts. Times are integer ms UTC. */

export interface StepInFlight {
  readonly name: string;
  readonly startedAt: number;
}

/** A step that has ended. */
export interface PastStep {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** 0: it was part of no other. */
  readonly depth: number;
}

/** What was seen of a try that was held to be stuck. */
export interface EvidenceRow {
  readonly try: number | null;
  readonly executorId: string | null;
  readonly pid: number | null;
  readonly thread: number | null;
  readonly verdict: string;
  readonly at: number;
  readonly data: JsonObject;
}

/** The same, with the task that it is of; null: it is of an executor, or of the machine. */
export interface ListedEvidence extends EvidenceRow {
  readonly task: {
    readonly taskId: number;
    readonly evalIndex: number;
    readonly sampleId: string;
    readonly attempt: number;
  } | null;
}

/** A task that is held to be stuck, by the newest verdict on the try that it is still in. */
export interface StuckRow {
  readonly taskId: number;
  readonly evalIndex: number;
  readonly sampleId: string;
  readonly attempt: number;
  readonly try: number;
  readonly verdict: string;
  /** When it was found. */
  readonly since: number;
  readonly pid: number | null;
  readonly thread: number | null;
  readonly step: string | null;
  readonly stack: readonly string[];
  /** What the verdict rests on, a sentence each. */
  readonly reasons: readonly string[];
  /** Its thread stands, and it was not seen that it does so in the task's code. */
  readonly isUnclear?: boolean;
}

/** This machine has too little for what runs on it, as an executor found. */
export interface StarvedRow {
  readonly pid: number | null;
  readonly since: number;
  readonly reasons: readonly string[];
}
